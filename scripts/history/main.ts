import { parseArgs } from 'node:util';
import { withDatabase } from '../../bench/kit/database.ts';
import { runHistory } from './history.ts';

/** `npm run history -- --seed 1 --minutes 2` */
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '1' } },
});
const [seed, ms] = [Number(values.seed), Number(values.minutes) * 60_000];
// Processes are killed, and PostgreSQL is not.
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const { verdict, summary } = await withDatabase((url) => runHistory({ url, seed, ms }), settings);
console.log(summary);
for (const violation of verdict.violations) console.error(violation);
process.exitCode = verdict.violations.length > 0 ? 1 : 0;
