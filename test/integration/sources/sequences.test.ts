import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { ADMIN, listed, openSources } from '../../helpers/pool/source-world.ts';

const PROXIES = 6;
const COUNTRIES = ['DE', 'NL', 'FR'] as const;

let database: TestDatabase;
let world: Awaited<ReturnType<typeof openSources>>;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openSources(database);
});
afterAll(() => database.drop());

/** The provider's own view of a proxy. */
interface Sold {
  n: number;
  generation: number;
  country: (typeof COUNTRIES)[number];
  password: number;
  isListed: boolean;
}

type Step =
  | { do: 'replace' | 'drop' | 'return' | 'password'; n: number }
  | { do: 'move'; country: number }
  | { do: 'edit'; n: number; country: number }
  | { do: 'sync' | 'short sync' | 'apply' | 'apply old' | 'skip' | 'crash' | 'deactivate' }
  | { do: 'add account' };

const n = fc.integer({ min: 1, max: PROXIES });
const country = fc.nat(COUNTRIES.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('replace' as const, 'drop' as const, 'return' as const, 'password' as const),
      n,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), country }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), n, country }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('sync' as const, 'sync' as const, 'short sync' as const, 'crash' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'apply' as const,
        'apply' as const,
        'apply old' as const,
        'skip' as const,
        'deactivate' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('add account' as const) }) },
);

test('no sequence of changes of the provider, syncs, edits, clicks and crashes drops an account or takes a proxy away', async () => {
  let round = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
    round++;
    await rows(`delete from account_proxy_assignments; delete from proxy_model_claims; update accounts set removed_at = now();
      update sources set removed_at = now(), key_sealed = null where removed_at is null;
      update proxies set removed_at = coalesce(removed_at, now()), host = 'old-' || id || '-' || ${round}, source_id = null, external_id = null`);
    const { provider, sources, decisions } = world;
    provider.failure = undefined;
    const sold: Sold[] = Array.from({ length: PROXIES }, (_, at) => ({
      n: at + 1,
      generation: 0,
      country: 'DE',
      password: 0,
      isListed: true,
    }));
    const publish = () => {
      provider.proxies = sold
        .filter(({ isListed }) => isListed)
        .map((each) =>
          listed(each.n, {
            generation: each.generation,
            country: each.country,
            password: `p${each.n}.${each.password}`,
          }),
        );
    };
    publish();
    const first = await world.add(`main ${round}`);
    const sourceId = first.source.id;
    const plans: number[] = first.preview ? [first.preview.planId] : [];
    let accounts = 0;
    const edited = new Map<number, string>();
    const take = async (each: Step): Promise<void> => {
      if (each.do === 'add account') accounts++;
      const it = 'n' in each ? sold[each.n - 1] : undefined;
      if (it && each.do === 'replace') it.generation++;
      if (it && each.do === 'drop') it.isListed = false;
      if (it && each.do === 'return') it.isListed = true;
      if (it && each.do === 'password') it.password++;
      if (each.do === 'move') for (const some of sold) some.country = COUNTRIES[each.country] ?? 'DE';
      publish();
      if (each.do === 'edit') {
        const changed =
          await rows(`update proxies set country = '${COUNTRIES[each.country]}', label = 'by hand' where source_id = ${sourceId}
          and removed_at is null and external_id = 'd-${each.n}' returning id, country`);
        for (const { id, country: set } of changed) edited.set(id, set);
      }
      if (each.do === 'short sync') provider.failure = { code: 'incomplete', after: 2 };
      if (each.do === 'crash') {
        provider.onPage = () => {
          throw new Error('the process has died');
        };
        await expect(sources.sync(ADMIN, sourceId)).rejects.toThrow();
        provider.onPage = () => undefined;
      }
      if (each.do === 'sync' || each.do === 'short sync') {
        const before = await rows('select id, missing_since from proxies order by id');
        const report = await sources.sync(ADMIN, sourceId);
        if (report.preview) plans.push(report.preview.planId);
        if (each.do === 'short sync' && report.outcome !== 'complete') {
          const lost = (await rows('select id, missing_since from proxies order by id')).filter(
            ({ missing_since }, at) => missing_since !== null && before[at]?.missing_since === null,
          );
          expect(lost).toEqual([]);
        }
        provider.failure = undefined;
      }
      const plan = each.do === 'apply old' ? plans[0] : plans.at(-1);
      if (plan === undefined) return;
      if (each.do === 'apply' || each.do === 'apply old') await decisions.apply(ADMIN, plan);
      if (each.do === 'skip') await decisions.skip(ADMIN, plan);
      if (each.do === 'deactivate') {
        const planned = await decisions.planDeactivation(ADMIN, plan);
        await world.changes.apply(ADMIN, planned.planId);
      }
    };
    for (const each of steps) {
      const carriedBefore = await rows('select account_id, proxy_id from account_proxy_assignments order by 1');
      await take(each).catch((error: Error) => {
        if (error.name !== 'UserError') throw error;
      });
      if (each.do === 'add account') await fillOne(sourceId, `r${round}.${accounts}`);
      expect([each, await findBroken(database)]).toEqual([each, {}]);
      const carried = await rows('select account_id, proxy_id from account_proxy_assignments order by 1');
      // Only a person who deactivates can leave an account without a proxy; nothing else drops one.
      if (each.do !== 'deactivate' && each.do !== 'add account') {
        expect(carried.map(({ account_id }) => account_id)).toEqual(
          expect.arrayContaining(carriedBefore.map(({ account_id }) => account_id)),
        );
      }
      // A value that the source has never said since the edit was made by a person, and stays.
      for (const [id, set] of edited) {
        if (sold.some(({ country: said }) => said === set)) edited.delete(id);
        const [now] = await rows(`select country, removed_at from proxies where id = ${id}`);
        if (edited.has(id) && now.removed_at === null) expect([id, now.country]).toEqual([id, set]);
      }
    }
    const last = await sources.sync(ADMIN, sourceId);
    if (last.preview && last.preview.state === 'open') await decisions.apply(ADMIN, last.preview.planId);
    const again = await sources.sync(ADMIN, sourceId);
    expect(again.preview?.counts ?? {}).not.toMatchObject({ new: 1 });
    const live = await rows(
      `select host from proxies where source_id = ${sourceId} and removed_at is null and missing_since is null order by 1`,
    );
    expect(live.map(({ host }) => host)).toEqual(provider.proxies.map(({ fields }) => fields.host).toSorted());
  });
  await fc.assert(property, { numRuns: 25 });
});

/** Adds an account of one of two models, and gives it a proxy if there is room. */
async function fillOne(sourceId: number, username: string): Promise<void> {
  const model = `m${username.length % 2}${sourceId % 2}`;
  await rows(`insert into models (name, key) values ('${model}', '${model}') on conflict do nothing`);
  await rows(
    `insert into accounts (username, key, model_id) select '${username}', '${username}', id from models where key = '${model}' on conflict do nothing`,
  );
  await world.assignments.assignWaiting(ADMIN);
}
