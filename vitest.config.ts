import { defineConfig } from 'vitest/config';

/** One worker per processor: most tests wait for a database, a bot or a browser, and the default leaves one processor idle. */
const maxWorkers = '100%';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The default of a second is short for a bot on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        // Pure code shares one module registry per worker, and needs no database.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{integration,e2e}/**/*.test.ts'],
          globalSetup: ['test/helpers/global-setup.ts'],
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
    ],
  },
});
