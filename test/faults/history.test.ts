import { afterEach, beforeEach, expect, test } from 'vitest';
import { runHistory } from '../../scripts/history/history.ts';
import { findBroken, SAYS_WHO_AND_WHY } from '../../simulator/checks/rules.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database/database.ts';

/** As long as one likes: `npm run history -- --minutes 10`. */
const MS = 40_000;
const PLANTED_MS = 10_000;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const run = (ms: number) => runHistory({ url: database.url, seed: 1, ms });

test('operations of three processes that are killed and lose answers are linearizable per account and per proxy', async () => {
  const { verdict, performed, kills } = await run(MS);
  expect(verdict.violations).toEqual([]);
  const answers = new Set(performed.map(({ answer }) => answer.kind));
  expect([kills > 0, answers]).toEqual([true, new Set(['done', 'refused', 'unknown'])]);
  expect(await findBroken(database, SAYS_WHO_AND_WHY)).toEqual({});
});

test('an answer that is not true is found', async () => {
  // The answer to an unassign is that the account is on hold; it waits, and so gets a proxy again.
  await database.pool.query(`
    create function forget_hold() returns trigger language plpgsql as $$ begin new.held_at := null; return new; end $$;
    create trigger forget_hold before update of held_at on accounts for each row execute function forget_hold()`);
  expect((await run(PLANTED_MS)).verdict.violations.join('\n')).toContain('no order explains');
});
