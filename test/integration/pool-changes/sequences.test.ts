import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { type PoolChange, staysPut } from '../../../src/domain/proxies/pool-change.ts';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const PROXIES = 12;
const MODELS = ['Amber', 'Bella', 'Cara'];
const VPS = [undefined, 'nova', 'rigel'];
const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  await rows(`insert into vps (name, key) values ('nova', 'nova'), ('rigel', 'rigel')`);
});
afterAll(() => database.drop());

type Step =
  | { do: 'change'; change: PoolChange }
  | { do: 'add'; model: number }
  | { do: 'unassign' | 'forget' | 'hand out'; nth: number }
  | { do: 'fill' };

const ids = fc.uniqueArray(fc.integer({ min: 1, max: PROXIES }), { minLength: 1, maxLength: 6 });
const target = fc.oneof(
  ids.map((some) => ({ ids: some })),
  fc.constantFrom({ provider: 'a' }, { provider: 'b' }, { usage: 'unused' as const }).map((filter) => ({ filter })),
);
const change: fc.Arbitrary<PoolChange> = fc.oneof(
  fc.record({ kind: fc.constant('deactivate' as const), target, isBlocked: fc.boolean() }),
  fc.record({ kind: fc.constant('activate' as const), target }),
  fc.record({ kind: fc.constant('remove' as const), target: ids.map((some) => ({ ids: some.slice(0, 1) })) }),
  fc.record({ kind: fc.constant('release' as const), target }),
  fc.record({ kind: fc.constant('move' as const), target, reason: fc.constant('test') }),
  fc.record({ kind: fc.constant('separate' as const), target }),
  fc.record({ kind: fc.constant('rebalance' as const), goal: fc.constantFrom('spread' as const, 'compact' as const) }),
  fc.record({
    kind: fc.constant('edit' as const),
    target,
    edit: fc.constantFrom({ label: 'x' }, { tags: { add: ['rotating'], drop: ['eu'] } }, { expiresAt: null }),
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), change }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), model: fc.nat(MODELS.length - 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('unassign' as const, 'forget' as const, 'hand out' as const),
      nth: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fill' as const) }) },
);

test('no sequence of changes breaks a rule, loses an account, or leaves one waiting that could be served', async () => {
  const assignments = new AssignmentService({ db: database.db });
  const accounts = new AccountService({ db: database.db, assignments });
  const changes = new PoolChangeService({ db: database.db, assignments });
  let names = 0;
  let alive = 0;
  const account = async (nth: number): Promise<number | undefined> => {
    const known = await rows('select id from accounts where removed_at is null order by id');
    return known[nth % Math.max(1, known.length)]?.id;
  };
  const take = async (each: Step): Promise<void> => {
    if (each.do === 'add') {
      const vps = VPS[++names % 3];
      await accounts.add(actor, { username: `n${names}`, model: MODELS[each.model] ?? '', ...(vps && { vps }) });
      alive++;
    } else if (each.do === 'fill') {
      await assignments.applyFill(actor, (await assignments.planFill(actor)).planId);
    } else if (each.do === 'change') {
      const assignments = await rows('select count(*)::int as n from account_proxy_assignments');
      const plan = await changes.plan(actor, each.change);
      const done = await changes.apply(actor, plan.planId);
      const result = { moved: plan.moved, stranded: plan.stranded };
      expect(done).toMatchObject({ isStale: false, preview: { result } });
      expect(plan.moved + plan.stranded).toBeLessThanOrEqual(assignments[0].n);
      expect(await changes.moves(plan.planId)).toHaveLength(
        staysPut(each.change) ? plan.moved : plan.moved + plan.stranded,
      );
    } else {
      const id = await account(each.nth);
      if (id === undefined) return;
      if (each.do === 'unassign') await assignments.unassign(actor, id, 'test');
      else if (each.do === 'forget') {
        await accounts.remove(actor, id);
        alive--;
      } else await rows(`update account_proxy_assignments set handed_out_at = now() where account_id = ${id}`);
    }
  };
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
    alive = 0;
    await rows(`delete from account_proxy_assignments; delete from proxy_model_claims; update accounts set removed_at = now();
      update proxies set removed_at = now(), host = 'old-' || id || '-' || gen_random_uuid() where removed_at is null`);
    await rows(`insert into proxies (id, host, port, type, username, credential_id, password_fingerprint, provider, tags)
      overriding system value
      select n, '198.51.100.' || n, 8080, 'http', '', gen_random_uuid(), '\\x00', case when n % 2 = 0 then 'a' else 'b' end, '{eu}'
      from generate_series(1, ${PROXIES}) n
      on conflict (id) do update set host = excluded.host, removed_at = null, status = 'active', tags = '{eu}', label = null`);
    for (const each of steps) {
      await take(each).catch((error: Error) => {
        // A refusal in a sentence is an answer; anything else is a mistake.
        if (error.name !== 'UserError') throw error;
      });
      expect(await findBroken(database)).toEqual({});
      expect(await rows('select count(*)::int as n from accounts where removed_at is null')).toEqual([{ n: alive }]);
    }
    expect(await assignments.assignWaiting(actor)).toBe(0);
  });
  await fc.assert(property, { numRuns: 40 });
});
