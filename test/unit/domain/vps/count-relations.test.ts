import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRelations, type PackedRelations, type Pair } from '../../../../src/domain/vps/count-relations.ts';

interface Account {
  id: number;
  vpsId: number;
  modelId: number;
  proxyId: number | null;
}

interface World {
  accounts: Account[];
  links: Pair[];
}

const PROXIES = 5;
/** Even proxies are one group, odd ones the other. */
const GROUPS = [0, 1].map((rest) => Int32Array.from([1, 2, 3, 4, 5].filter((id) => id % 2 === rest)));
const groupOf = (proxyId: number) => proxyId % 2;

/** Accounts of two models, of which a proxy carries one, and links; some accounts have no VPS. */
const worlds = fc
  .record({
    accounts: fc.array(fc.record({ vpsId: fc.nat(3), proxyId: fc.option(fc.integer({ min: 1, max: PROXIES })) }), {
      maxLength: 12,
    }),
    links: fc.uniqueArray(
      fc.record({ vpsId: fc.integer({ min: 1, max: 3 }), proxyId: fc.integer({ min: 1, max: PROXIES }) }),
      {
        selector: ({ vpsId, proxyId }) => `${vpsId}:${proxyId}`,
        maxLength: 6,
      },
    ),
  })
  .map(
    ({ accounts, links }): World => ({
      accounts: accounts.map((each, at) => ({ ...each, id: at + 1, modelId: ((each.proxyId ?? at) % 2) + 1 })),
      links,
    }),
  );

function pack({ accounts, links }: World): PackedRelations {
  const managed = Map.groupBy(
    accounts.filter(({ vpsId }) => vpsId > 0),
    ({ vpsId, modelId }) => vpsId * 10 + modelId,
  );
  return {
    accounts: [...managed].map(([key, list]) => ({
      vpsId: Math.floor(key / 10),
      modelId: key % 10,
      ids: Int32Array.from(list.map(({ id }) => id)),
    })),
    assignments: Int32Array.from(accounts.flatMap(({ id, proxyId }) => (proxyId === null ? [] : [id, proxyId]))),
    links: Int32Array.from(links.flatMap(({ vpsId, proxyId }) => [vpsId, proxyId])),
    groups: GROUPS,
  };
}

/** The same figures, counted in the plainest way. */
function expected({ accounts, links }: World, isMine: (vpsId: number) => boolean) {
  const managed = accounts.filter(({ vpsId }) => vpsId > 0 && isMine(vpsId));
  const used = accounts.filter(({ vpsId, proxyId }) => vpsId > 0 && proxyId !== null);
  const vpsOn = (proxyId: number, by: readonly { vpsId: number; proxyId: number | null }[]) => [
    ...new Set(by.filter((each) => each.proxyId === proxyId).map(({ vpsId }) => vpsId)),
  ];
  const ids = [1, 2, 3, 4, 5];
  const pairs = ids.flatMap((proxyId) =>
    [1, 2, 3].filter(isMine).map((vpsId) => {
      const count = used.filter((each) => each.vpsId === vpsId && each.proxyId === proxyId).length;
      return {
        vpsId,
        proxyId,
        count,
        isDocumented: links.some((each) => each.vpsId === vpsId && each.proxyId === proxyId),
      };
    }),
  );
  const unused = pairs.filter(({ count, isDocumented }) => count === 0 && isDocumented);
  const undocumented = pairs.filter(({ count, isDocumented }) => count > 0 && !isDocumented);
  const concerned = ids.filter((id) => vpsOn(id, [...used, ...links]).some(isMine));
  const shared = concerned.filter((id) => vpsOn(id, [...used, ...links]).length > 1);
  const toGroups = new Map<string, number>();
  const toModels = new Map<string, number>();
  for (const { vpsId, proxyId, count } of pairs.filter((each) => each.count > 0)) {
    const to = `${vpsId}>${groupOf(proxyId)}`;
    const model = `${groupOf(proxyId)}>${(proxyId % 2) + 1}`;
    toGroups.set(to, (toGroups.get(to) ?? 0) + count);
    toModels.set(model, (toModels.get(model) ?? 0) + count);
  }
  const plain = ({ vpsId, proxyId }: Pair) => ({ vpsId, proxyId });
  return {
    accounts: managed.length,
    models: new Set(managed.map(({ modelId }) => modelId)).size,
    assigned: managed.filter(({ proxyId }) => proxyId !== null).length,
    proxies: ids.filter((id) => vpsOn(id, used).some(isMine)).length,
    links: links.filter(({ vpsId }) => isMine(vpsId)).length,
    drift: { unused: unused.length, undocumented: undocumented.length, shared: shared.length },
    crowded: concerned.filter((id) => vpsOn(id, used).length > 1).length,
    samples: {
      unused: unused.map(plain),
      undocumented: undocumented.map(plain),
      shared: shared.flatMap((proxyId) =>
        vpsOn(proxyId, [...used, ...links])
          .sort()
          .map((vpsId) => ({ vpsId, proxyId })),
      ),
    },
    toGroups: Object.fromEntries(toGroups),
    toModels: Object.fromEntries(toModels),
  };
}

const flowsOf = (flows: readonly { from: number; to: number; accounts: number }[]) =>
  Object.fromEntries(flows.map(({ from, to, accounts }) => [`${from}>${to}`, accounts]));

test('relations are counted as a count of each pair of a VPS and a proxy does, for any part of the VPS', () => {
  fc.assert(
    fc.property(worlds, fc.subarray([1, 2, 3]), (world, scope) => {
      const isMine = (vpsId: number) => scope.includes(vpsId);
      const counted = countRelations(pack(world), { isMine, sample: 100 });
      expect({ ...counted, toGroups: flowsOf(counted.toGroups), toModels: flowsOf(counted.toModels) }).toEqual(
        expected(world, isMine),
      );
    }),
    { numRuns: 1000 },
  );
});

test('a link on the next proxy documents nothing on the one before it', () => {
  const accounts = [{ id: 1, vpsId: 1, modelId: 2, proxyId: 1 }];
  const links = [{ vpsId: 1, proxyId: 2 }];
  expect(countRelations(pack({ accounts, links }), { isMine: () => true, sample: 9 })).toEqual({
    accounts: 1,
    models: 1,
    assigned: 1,
    proxies: 1,
    links: 1,
    crowded: 0,
    drift: { unused: 1, undocumented: 1, shared: 0 },
    samples: { unused: [{ vpsId: 1, proxyId: 2 }], undocumented: [{ vpsId: 1, proxyId: 1 }], shared: [] },
    toGroups: [{ from: 1, to: 1, accounts: 1 }],
    toModels: [{ from: 1, to: 2, accounts: 1 }],
  });
});

test('no more relations of a kind are named than the sample has room for', () => {
  const links = [1, 2, 3].flatMap((vpsId) => [1, 2, 3, 4].map((proxyId) => ({ vpsId, proxyId })));
  const { samples, drift } = countRelations(pack({ accounts: [], links }), { isMine: () => true, sample: 2 });
  expect(drift).toEqual({ unused: 12, undocumented: 0, shared: 4 });
  expect(samples.unused).toEqual([
    { vpsId: 1, proxyId: 1 },
    { vpsId: 2, proxyId: 1 },
  ]);
  expect(samples.shared).toHaveLength(2);
});

test('nothing is counted if there is nothing', () => {
  const none = { accounts: [], assignments: new Int32Array(), links: new Int32Array(), groups: [] };
  expect(countRelations(none, { isMine: () => true, sample: 1 })).toMatchObject({
    accounts: 0,
    proxies: 0,
    toGroups: [],
  });
});
