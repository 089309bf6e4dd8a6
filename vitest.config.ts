import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Two workers more than there are processors: many tests wait, for a database, a bot, a browser or a timer of Discord. */
const maxWorkers = availableParallelism() + 2;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers,
    // The files of a worker share one module registry: loading the whole bot for each file took a third of the processor time. No module
    // holds anything that one file could change for another.
    isolate: false,
    // How long a test takes depends on what else the machine does. These limits end what hangs. Only tests
    // that can be made longer by a setting have limits of their own.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // As in bin/start.mjs, for the worker threads of the bot.
    env: { NODE_COMPILE_CACHE: resolve(import.meta.dirname, 'node_modules/.cache/modules') },
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        extends: true,
        // Pure code needs no database.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: ['test/helpers/cost-of-file.ts', 'test/helpers/property-seed.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{integration,e2e}/**/*.test.ts'],
          globalSetup: ['test/helpers/global-setup.ts'],
          setupFiles: [
            'src/db/sql/drizzle-imports.ts',
            'test/helpers/cost-of-file.ts',
            'test/helpers/property-seed.ts',
            'test/helpers/setup.ts',
          ],
        },
      },
    ],
  },
});
