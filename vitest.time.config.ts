import { defineConfig } from 'vitest/config';
import { TestTimeReporter } from './scripts/test-time/reporter.ts';
import suite from './vitest.config.ts';

export default defineConfig({ test: { ...suite.test, reporters: ['default', new TestTimeReporter()] } });
