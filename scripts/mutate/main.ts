import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { forget, isSkipped, isSurvivor, readResults } from './results.ts';
import { readArgued, summary } from './summary.ts';

/**
 * Mutation testing of the rules: `npm run mutate -- src/domain/plan --minutes 20`. Several folders or files may be named. A run that is
 * out of time keeps what it has found, and the next one goes on from there. `--every 10` runs one in ten mutants, the same ones each
 * time. `--longest 200` leaves out tests that take more milliseconds with few cases. `--survivors --cases 5000` tries those again that
 * have survived, with as many cases of each property. `docs/reliability.md` has the results.
 */
const { values, positionals } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    again: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    cases: { type: 'string', default: '400' },
    longest: { type: 'string', default: '3600000' },
    survivors: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const paths = positionals.length > 0 ? positionals : ['src/domain'];
const every = Number(values.every);
const folder = 'reports/mutants';
// One for each scope, since Stryker forgets what is outside of the scope when a run is out of time.
const scope = shortened(paths.join('+').replaceAll('/', '-'));
const known = `${folder}/${scope}.json`;

if (values.survivors) forget(known, isSurvivor);
const budget = setTimeout(() => process.kill(process.pid, 'SIGINT'), Number(values.minutes) * 60_000);

// Stryker ends the process itself when it is out of time.
process.on('exit', () => {
  forget(known, isSkipped);
  for (const line of summary(readResults(known, { paths, every }), readArgued())) console.log(line);
});

await new Stryker({
  mutate: paths.map((path) => (statSync(path).isDirectory() ? `${path}/**/*.ts` : path)),
  testRunner: 'in-process',
  plugins: ['./scripts/mutate/in-process/runner.ts'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // A busy machine must not look like a mutant that never ends. The runner ends such a mutant by the time that it computes; only one that
  // never ends while its modules load is left to this limit.
  timeoutMS: 120_000,
  timeoutFactor: 3,
  // The same goes for the run without mutants, of which the limit is 5 minutes if left out.
  dryRunTimeoutMinutes: 60,
  incremental: true,
  force: values.again,
  incrementalFile: known,
  reporters: [],
  tempDirName: `${folder}/sandbox-${scope}`,
  cleanTempDir: 'always',
  every,
  cases: Number(values.cases),
  longest: Number(values.longest),
  ignorePatterns: [
    '/bench',
    '/deploy',
    '/docs',
    '/drizzle',
    '/reports',
    '/sandbox',
    '/scripts',
    '/test/{e2e,faults,integration}',
    '/tsconfig.json',
  ],
}).runMutationTest();
clearTimeout(budget);

/** A file name has at most 255 bytes. */
function shortened(name: string): string {
  if (name.length <= 100) return name;
  return `${name.slice(0, 60)}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
