import { defineConfig } from 'vitest/config';
import system from './vitest.config.ts';

/** The tests that `npm test` runs as well. */
const QUICK = [
  'test/e2e/{crashes/**,connection,workers}',
  'test/integration/alerts/delivery',
  'test/integration/db/{client,embedded}',
  'test/integration/discord/{client,edge-pages,edit-limits,final-answers,lost-answers,slow-clicks}',
  'test/integration/health/{clock,fault}',
  'test/integration/http/away',
  'test/integration/upgrade/*',
];

export default defineConfig({
  test: {
    ...system.test,
    projects: [
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts', ...QUICK.map((path) => `${path.replace('**', '*')}.test.ts`)],
          testTimeout: 300_000,
          globalSetup: ['test/helpers/global-setup.ts'],
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
    ],
  },
});
