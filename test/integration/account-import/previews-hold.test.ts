import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken, NONE_WAITS_IN_VAIN } from '../../../simulator/checks/rules.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { accountServices } from '../../helpers/pool/account-services.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const MODELS = ['Amber', 'Bella', 'Cara', 'Dora'];
const NAMES = 8;
const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const rows = async (statement: string) => (await database.pool.query(statement)).rows;

type Step =
  | { do: 'import'; lines: { name: number; model: number; vps: string }[] }
  | { do: 'proxies'; count: number }
  | { do: 'model'; name: number; model: number }
  | { do: 'remove' | 'hold' | 'hand out'; name: number };

/** The beginning of every sequence: accounts with and without proxies, so that the steps after it find some. */
const BEGINNING: Step[] = [
  { do: 'proxies', count: 2 },
  { do: 'import', lines: Array.from({ length: NAMES - 1 }, (_, n) => ({ name: n, model: n % 2, vps: '' })) },
  { do: 'hand out', name: 0 },
  { do: 'model', name: 0, model: 2 },
];

const name = fc.nat(NAMES - 1);
const model = fc.nat(MODELS.length - 1);
const line = fc.record({ name, model, vps: fc.constantFrom('', '', 'vps-1', 'vps-none') });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('import' as const),
      lines: fc.array(line, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('proxies' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('model' as const), name, model }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'hold' as const, 'hand out' as const), name }),
  },
);

test('whatever a preview of accounts shows is what its button does', async () => {
  const { assignments, accounts, edits, imports } = accountServices(database);
  let network = 0;
  let shownModels = 0;
  let shownImports = 0;

  const importLines = async (lines: (Step & { do: 'import' })['lines']) => {
    const text = lines.map((each) => `name.${each.name},${MODELS[each.model]},${each.vps}`).join('\n');
    const preview = await imports.stage(actor, { name: null, bytes: Buffer.from(text), defaults: {}, source: null });
    const updates = preview.counts.model + preview.counts.vps + preview.counts.details;
    if (updates > 0) {
      const { preview: done, isStale } = await imports.update(actor, preview.planId, {
        count: updates,
        placed: preview.moves?.placed ?? 0,
      });
      expect(isStale).toBe(false);
      expect(done.results.update).toMatchObject({ count: updates, ...preview.moves });
    }
    const now = await imports.preview(preview.planId);
    if (!now.plan) return;
    const { plan } = now;
    const { preview: done, isStale } = await imports.commit(actor, preview.planId, {
      count: plan.accounts,
      placed: plan.placed,
    });
    expect(isStale).toBe(false);
    expect(done.results.import).toMatchObject(plan);
    shownImports++;
  };

  const changeModel = async (id: number, to: string) => {
    const preview = await edits.planModel(actor, id, to);
    if (!preview) return;
    const { preview: done, isStale } = await edits.applyModel(actor, preview.planId);
    expect([isStale, done.gets?.id]).toEqual([false, preview.gets?.id]);
    const [cooling] = await rows(
      `select cooling_until is not null as cools from proxy_model_claims where proxy_id = ${preview.leaves?.id ?? 0} and model_id <> (select model_id from accounts where id = ${id})
         and not exists (select from account_proxy_assignments s where s.proxy_id = proxy_model_claims.proxy_id)`,
    );
    expect(cooling?.cools ?? false).toBe((preview.leaves?.cooldownDays ?? 0) > 0);
    shownModels++;
  };

  const act = async (each: Step) => {
    if (each.do === 'import') return importLines(each.lines);
    if (each.do === 'proxies') {
      await insertProxies(database, { provider: 'acme', count: each.count, network: 1 + (network++ % 250) });
      await assignments.assignWaiting(actor);
      return;
    }
    const [found] = await rows(
      `select id, held_at from accounts where key = 'name.${each.name}' and removed_at is null`,
    );
    if (!found) return;
    if (each.do === 'model') await changeModel(found.id, MODELS[each.model] ?? '');
    else if (each.do === 'remove') await accounts.remove(actor, found.id);
    else if (each.do === 'hold') {
      if (!found.held_at) await assignments.unassign(actor, found.id, 'test');
    } else await rows(`update account_proxy_assignments set handed_out_at = now() where account_id = ${found.id}`);
  };

  await rows(`insert into vps (name, key) values ('vps-1', 'vps-1')`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 10 }), async (steps) => {
      for (const each of [...BEGINNING, ...steps]) {
        await act(each);
        expect(await findBroken(database, NONE_WAITS_IN_VAIN)).toEqual({});
      }
      await rows('delete from account_proxy_assignments; delete from proxy_model_claims');
      await rows(`update accounts set removed_at = now(), key = 'old-' || id where key not like 'old-%'`);
      await rows('update proxies set removed_at = now() where removed_at is null');
    }),
    { numRuns: 8, endOnFailure: true },
  );
  expect(shownModels).toBeGreaterThanOrEqual(8);
  expect(shownImports).toBeGreaterThanOrEqual(8);
});
