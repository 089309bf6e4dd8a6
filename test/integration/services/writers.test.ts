import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccountService } from '../../../src/services/account-service.ts';
import { AssignmentService } from '../../../src/services/assignment-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const WRITERS = 20;
const STEPS = 12;
const MODELS = ['Amber', 'Bella', 'Cara'];
const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  await rows(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', '', gen_random_uuid(), '\\x00' from generate_series(1, 40) n`);
});
afterAll(() => database.drop());

test('20 writers at once break no rule, lose no account, and leave nobody waiting who could be served', async () => {
  const assignments = new AssignmentService({ db: database.db });
  const accounts = new AccountService({ db: database.db, assignments });
  /** A refusal is an answer; anything else fails the test. */
  const attempt = (work: Promise<unknown>) =>
    work.catch((error: Error) => {
      if (error.name !== 'UserError') throw error;
    });
  const steps: ((id: number, writer: number) => Promise<unknown>)[] = [
    (id) => assignments.unassign(actor, id, 'test'),
    (id) => assignments.assign(actor, id, { isMove: true }),
    (id) => accounts.remove(actor, id),
    async () => assignments.applyFill(actor, (await assignments.planFill(actor)).planId),
    (_, writer) =>
      rows(
        `update proxies set status = (case when status = 'active' then 'inactive' else 'active' end)::proxy_status where id = ${writer + 1}`,
      ),
  ];
  const write = async (writer: number) => {
    for (let step = 0; step < STEPS; step++) {
      const model = MODELS[(writer + step) % MODELS.length] ?? '';
      await accounts.add(actor, { username: `w${writer}.${step}`, model });
      const other = await accounts.resolve(`w${writer}.${Math.floor(step / 2)}`);
      await attempt(steps[(writer * 7 + step) % steps.length]?.(other, writer) ?? Promise.resolve());
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await rows(`update proxies set status = 'active'`);
  await assignments.serveWaiting(actor);

  expect(
    await rows(
      'select proxy_id from account_proxy_assignments group by proxy_id having count(*) > 3 or count(distinct model_id) > 1',
    ),
  ).toEqual([]);
  expect(
    await rows(
      'select a.id from account_proxy_assignments s join accounts a on a.id = s.account_id where a.removed_at is not null',
    ),
  ).toEqual([]);
  expect(
    await rows(`(select account_id, proxy_id from account_proxy_assignments except select account_id, proxy_id from assignment_history where ended_at is null)
      union all (select account_id, proxy_id from assignment_history where ended_at is null except select account_id, proxy_id from account_proxy_assignments)`),
  ).toEqual([]);
  expect(
    await rows(
      'select proxy_id from proxy_model_claims c where cooling_until is null and not exists (select from account_proxy_assignments s where s.proxy_id = c.proxy_id)',
    ),
  ).toEqual([]);
  expect(await rows('select count(*)::int as count from accounts')).toEqual([{ count: WRITERS * STEPS }]);
  expect(await assignments.serveWaiting(actor)).toBe(0);
}, 120_000);
