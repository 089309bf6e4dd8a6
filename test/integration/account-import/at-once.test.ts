import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { UserError } from '../../../src/base/errors.ts';
import type { AccountImportStep, ShownStep } from '../../../src/domain/accounts/account-import.ts';
import type { AccountImportService } from '../../../src/services/account-import/account-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { accountServices } from '../../helpers/pool/account-services.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const IMPORTS = 6;
const ACCOUNTS = 60;
const MODELS = ['Amber', 'Bella', 'Cara'];
const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const rows = async (statement: string) => (await database.pool.query(statement)).rows;

/** Presses a button until it has done what it says: a stale preview is replaced by a new one, on which it presses again. */
async function press(imports: AccountImportService, planId: number, step: AccountImportStep): Promise<number> {
  for (let presses = 1; ; presses++) {
    const { counts, plan, moves, results } = await imports.preview(planId);
    if (results[step]) return presses;
    const shown: ShownStep =
      step === 'import'
        ? { count: plan?.accounts ?? 0, placed: plan?.placed ?? 0 }
        : { count: counts.model + counts.vps + counts.details, placed: moves?.placed ?? 0 };
    if (shown.count === 0) return presses;
    await (step === 'import' ? imports.commit(actor, planId, shown) : imports.update(actor, planId, shown));
  }
}

test('imports of the same accounts at once, with others who add, edit and remove, leave each account once and every rule kept', async () => {
  const { accounts, assignments, edits, imports } = accountServices(database);
  await insertProxies(database, { provider: 'acme', count: 15, network: 1 });
  const plans = await Promise.all(
    Array.from({ length: IMPORTS }, async (_, nth) => {
      const lines = Array.from(
        { length: ACCOUNTS },
        (_line, n) => `name.${n + nth * 5},${MODELS[(n + nth) % MODELS.length]}`,
      );
      const bytes = Buffer.from(lines.join('\n'));
      return (await imports.stage(actor, { name: null, bytes, defaults: {}, source: null })).planId;
    }),
  );
  const refused = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
  };
  const others = Array.from({ length: 10 }, async (_, n) => {
    await accounts.add(actor, { username: `name.${n * 9}`, model: 'Amber' }).catch(refused);
    const id = await accounts.resolve(`name.${n * 7}`).catch(() => undefined);
    if (id === undefined) return;
    const move = await edits.planModel(actor, id, 'Cara').catch(refused);
    if (move) await edits.applyModel(actor, move.planId).catch(refused);
    if (n % 3 === 0) await accounts.remove(actor, id);
    await assignments.assignWaiting(actor);
  });
  await Promise.all([...plans.map((plan) => press(imports, plan, 'import')), ...others]);
  await Promise.all(plans.map((plan) => press(imports, plan, 'update')));

  const named = ACCOUNTS + (IMPORTS - 1) * 5;
  const [{ count }] = await rows(`select count(distinct key)::int as count from accounts where key like 'name.%'`);
  expect(count).toBeGreaterThanOrEqual(named);
  expect(await findBroken(database)).toEqual({});
  expect(await assignments.assignWaiting(actor)).toBe(0);
  const done = await rows(`select state, count(*)::int as count from plans where id in (${plans}) group by state`);
  expect(done).toEqual([{ state: 'applied', count: IMPORTS }]);
});

test('one import that two processes commit at once is one import', async () => {
  const [first, second] = [accountServices(database), accountServices(database)];
  const bytes = Buffer.from('twice.1,Amber\ntwice.2,Bella');
  const { planId } = await first.imports.stage(actor, { name: null, bytes, defaults: {}, source: null });
  const outcomes = await Promise.all([first, second].map(({ imports }) => imports.commit(actor, planId)));
  for (const { preview, isStale } of outcomes) expect([isStale, preview.results.import?.count]).toEqual([false, 2]);
  expect(
    await rows(
      `select count(*)::int as count from audit_log where action = 'account.import' and entity_id = '${planId}'`,
    ),
  ).toEqual([{ count: 1 }]);
});
