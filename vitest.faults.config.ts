import { defineConfig } from 'vitest/config';
import system from './vitest.config.ts';

export default defineConfig({
  test: {
    ...system.test,
    projects: [
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          testTimeout: 300_000,
          globalSetup: ['test/helpers/global-setup.ts'],
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
    ],
  },
});
