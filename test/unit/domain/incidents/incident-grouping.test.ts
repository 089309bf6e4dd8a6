import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Failure, groupFailures, type OpenIncident } from '../../../../src/domain/incidents/incident-grouping.ts';

const MINUTE = 60_000;
const failure = (proxyId: number, about: Partial<Failure> = {}): Failure => ({
  proxyId,
  provider: null,
  network: null,
  at: proxyId * 10 * MINUTE,
  ...about,
});
const incident = (id: number, about: Partial<OpenIncident> = {}): OpenIncident => ({
  id,
  openedAt: id,
  lastAt: -id * 10 * MINUTE,
  providers: [],
  networks: [],
  ...about,
});
const proxiesOf = (groups: ReturnType<typeof groupFailures>) =>
  groups.map(({ incidentId, failures }) => [incidentId, failures.map(({ proxyId }) => proxyId)]);

describe('failures that share', () => {
  test.each([
    ['a provider', { provider: 'acme' }],
    ['a network', { network: '198.51.100.0/24' }],
    ['a minute', { at: 7 * MINUTE + 1 }],
  ])('%s are one incident', (_what, shared) => {
    expect(proxiesOf(groupFailures([], [failure(1, shared), failure(2, shared)]))).toEqual([[null, [1, 2]]]);
  });

  test('nothing are two', () => {
    const both = [failure(1, { provider: 'acme' }), failure(2, { provider: 'bolt' })];
    expect(proxiesOf(groupFailures([], both))).toEqual([
      [null, [1]],
      [null, [2]],
    ]);
  });

  test('nothing are two, though no provider is known of them', () => {
    const both = [failure(1, { network: '198.51.100.0/24' }), failure(2, { network: '203.0.113.0/24' })];
    expect(proxiesOf(groupFailures([], both))).toEqual([
      [null, [1]],
      [null, [2]],
    ]);
  });

  test('something over a third one are one', () => {
    const chain = [
      failure(1, { provider: 'acme' }),
      failure(2, { network: '198.51.100.0/24' }),
      failure(3, { provider: 'acme', network: '198.51.100.0/24' }),
    ];
    expect(groupFailures([], chain)).toHaveLength(1);
  });
});

describe('an open incident', () => {
  test('takes what shares something with it, and leaves the rest', () => {
    const open = [incident(5, { providers: ['acme'] }), incident(6, { networks: ['2001:db8::/64'] })];
    const new_ = [
      failure(1, { provider: 'acme' }),
      failure(2, { network: '2001:db8::/64' }),
      failure(3, { provider: 'bolt' }),
    ];
    expect(proxiesOf(groupFailures(open, new_))).toEqual([
      [5, [1]],
      [6, [2]],
      [null, [3]],
    ]);
  });

  test('that is older takes what would fit two', () => {
    const open = [
      incident(5, { openedAt: 20, providers: ['acme'] }),
      incident(6, { openedAt: 10, providers: ['acme'] }),
    ];
    expect(proxiesOf(groupFailures(open, [failure(1, { provider: 'acme' })]))).toEqual([[6, [1]]]);
  });

  test('with the lower number takes what would fit two that were opened together', () => {
    const [first, second] = [
      incident(5, { openedAt: 10, networks: ['a'] }),
      incident(6, { openedAt: 10, networks: ['a'] }),
    ];
    for (const open of [
      [first, second],
      [second, first],
    ])
      expect(proxiesOf(groupFailures(open, [failure(1, { network: 'a' })]))).toEqual([[5, [1]]]);
  });

  test('takes what fails without a known provider in the minute of its last failure', () => {
    const open = [incident(5, { lastAt: 70 * MINUTE })];
    const failures = [failure(1, { at: 70 * MINUTE + 59_000 }), failure(2, { at: 71 * MINUTE })];
    expect(proxiesOf(groupFailures(open, failures))).toEqual([
      [5, [1]],
      [null, [2]],
    ]);
  });

  test('does not take the outage of another provider, though network and minute of the last failure agree', () => {
    const open = [incident(5, { providers: ['acme'], networks: ['198.51.100.0/24'], lastAt: 70 * MINUTE })];
    const failures = [
      failure(1, { provider: 'acme', at: 70 * MINUTE }),
      failure(2, { provider: 'bolt', at: 70 * MINUTE, network: '198.51.100.0/24' }),
      failure(3, { provider: 'bolt', at: 90 * MINUTE }),
    ];
    expect(proxiesOf(groupFailures(open, failures))).toEqual([
      [5, [1]],
      [null, [2, 3]],
    ]);
  });

  test('of several providers takes no later failure of one of them', () => {
    const open = [incident(5, { providers: ['acme', 'bolt'] })];
    expect(proxiesOf(groupFailures(open, [failure(1, { provider: 'acme' })]))).toEqual([[null, [1]]]);
  });

  test('takes another provider that began to fail in the minute in which it was opened', () => {
    const open = [incident(5, { openedAt: 70 * MINUTE, providers: ['acme'] })];
    expect(proxiesOf(groupFailures(open, [failure(1, { provider: 'bolt', at: 70 * MINUTE + 59_000 })]))).toEqual([
      [5, [1]],
    ]);
  });
});

const provider = fc.option(fc.constantFrom('acme', 'bolt', 'cove', 'dune'));
const network = fc.option(fc.constantFrom('a', 'b', 'c', 'd'));
const failures = fc
  .array(fc.record({ provider, network, at: fc.integer({ min: 0, max: 20 * MINUTE }) }), { maxLength: 40 })
  .map((list) => list.map((each, index) => ({ ...each, proxyId: index })));
const incidents = fc
  .array(
    fc.record({
      openedAt: fc.nat(20 * MINUTE),
      lastAt: fc.integer({ min: 0, max: 20 * MINUTE }),
      providers: fc.uniqueArray(fc.constantFrom('acme', 'bolt', 'cove', 'dune')),
      networks: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
    }),
    { maxLength: 5 },
  )
  .map((list) => list.map((each, index) => ({ ...each, id: index + 1 })));

const minute = (at: number) => Math.floor(at / MINUTE);
const isOfOneOrigin = (a: Failure, b: Failure) =>
  a.provider === null && b.provider === null
    ? (a.network !== null && a.network === b.network) || minute(a.at) === minute(b.at)
    : a.provider === b.provider;

describe('for any failures and open incidents', () => {
  test('each failure is in exactly one group, and those of one origin are in the same', () => {
    fc.assert(
      fc.property(incidents, failures, (open, list) => {
        const groups = groupFailures(open, list);
        expect(
          groups.flatMap((group) => group.failures.map(({ proxyId }) => proxyId)).toSorted((a, b) => a - b),
        ).toEqual(list.map(({ proxyId }) => proxyId));
        const groupOf = new Map(groups.flatMap((group, at) => group.failures.map((each) => [each.proxyId, at])));
        for (const a of list)
          for (const b of list) if (isOfOneOrigin(a, b)) expect(groupOf.get(a.proxyId)).toBe(groupOf.get(b.proxyId));
      }),
    );
  });

  test('a provider joins an incident only if that is its own, or was opened in a minute in which it failed', () => {
    fc.assert(
      fc.property(incidents, failures, (open, list) => {
        const incidentOf = new Map(open.map((each) => [each.id, each]));
        for (const { incidentId, failures: members } of groupFailures(open, list)) {
          for (const provider of new Set(members.flatMap((one) => one.provider ?? []))) {
            const own = members.filter((one) => one.provider === provider);
            const fits = (each: OpenIncident | undefined) =>
              each?.providers.join() === provider || own.some((one) => minute(one.at) === minute(each?.openedAt ?? -1));
            if (incidentId === null) expect(open.some(fits)).toBe(false);
            else expect(fits(incidentOf.get(incidentId))).toBe(true);
          }
        }
      }),
    );
  });

  test('the order makes no difference', () => {
    const shuffled = failures.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(incidents, shuffled, (open, [list, other]) => {
        const asSets = (groups: ReturnType<typeof groupFailures>) =>
          groups
            .map(({ incidentId, failures: f }) => `${incidentId} ${f.map((one) => one.proxyId).toSorted()}`)
            .toSorted();
        expect(asSets(groupFailures(open.toReversed(), other))).toEqual(asSets(groupFailures(open, list)));
      }),
    );
  });

  test('one group takes one incident at most', () => {
    fc.assert(
      fc.property(incidents, failures, (open, list) => {
        const joined = groupFailures(open, list).flatMap(({ incidentId }) => incidentId ?? []);
        expect(new Set(joined).size).toBe(joined.length);
      }),
    );
  });
});

test('ten thousand failures at once are one group', () => {
  const list = Array.from({ length: 10_000 }, (_, n) =>
    failure(n, { provider: `p${n % 7}`, network: `n${n % 900}`, at: n * 1000 }),
  );
  expect(groupFailures([], list)).toHaveLength(1);
});
