import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROXY_HEALTHS, PROXY_STATUSES, PROXY_TYPES } from '../../../../src/domain/proxies/proxy.ts';
import { PROXY_SORTS, type ProxySummary } from '../../../../src/domain/proxies/proxy-view.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { proxyList } from '../../../../src/views/proxy/list.ts';

/** As long as the database accepts it; every `*` is escaped and so doubled. */
const LONGEST = '*'.repeat(100);
const long = fc.constant(LONGEST);
const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
const proxy: fc.Arbitrary<ProxySummary> = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  host: fc.constant(`${'gate_way.'.repeat(28)}x`),
  port: fc.constant(65_535),
  type: fc.constantFrom(...PROXY_TYPES),
  username: fc.constant('u'.repeat(255)),
  status: fc.constantFrom(...PROXY_STATUSES),
  health: fc.constantFrom(...PROXY_HEALTHS),
  latencyMs: fc.constant(100_000),
  model: fc.nat(999).map((n) => `${'*'.repeat(97)}${n}`),
  coolingUntil: moment,
  load: fc.nat(3),
  lastUsedAt: moment,
  removedAt: fc.constant(null),
  label: long,
  notes: fc.constant(null),
  provider: long,
  country: fc.constant('DE'),
  city: long,
  tags: fc.constant([]),
  expiresAt: moment,
  monthlyCost: fc.constant(null),
  externalId: fc.constant(null),
});

const groupOf = ({ model }: ProxySummary) => ({ model, proxies: 10_000, accounts: 30_000, free: 29_999 });
const near = Array.from({ length: 25 }, (_, id) => ({ id, name: id === 24 ? null : LONGEST }));

test('any page of proxies fits into a message', () => {
  const page = fc.uniqueArray(proxy, { minLength: 15, maxLength: 15, selector: ({ id }) => id, size: 'max' });
  fc.assert(
    fc.property(page, fc.constantFrom(...PROXY_SORTS), (rows, sort) => {
      const filter = {
        sort,
        ...({ status: 'inactive', health: 'degraded', usage: 'overloaded' } as const),
        model: LONGEST,
        provider: LONGEST,
        country: 'DE',
        tag: LONGEST,
        search: '*'.repeat(300),
      };
      const groups = sort === 'model' ? { shown: rows.map(groupOf), near } : null;
      const position = { queryId: 2 ** 40, total: 10_001, before: 9_990, size: 15, isLast: false };
      const shown = { ...position, filter, rows, limit: 3, groups };
      expect(findViewProblems(proxyList(shown))).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

test('proxies of one gateway can be told apart by the end of their masked usernames', () => {
  const [summary] = fc.sample(proxy, { numRuns: 1, seed: 1 });
  const rows = [17, 18, 19].map((n) => ({
    ...(summary as ProxySummary),
    id: n,
    host: n === 19 ? '203.0.113.9' : 'gate.example.com',
    port: 7000,
    username: `customer-team-sessid-10${n}`,
  }));
  const position = { queryId: 1, total: 3, before: 0, size: 15, isLast: true };
  const shown = JSON.stringify(proxyList({ ...position, filter: { sort: 'number' }, rows, limit: 3, groups: null }));
  expect(shown).toMatch(/#17 · gate\.example\.com:7000 · cu•••1017 .*#18 · gate\.example\.com:7000 · cu•••1018 /);
  expect(shown).toMatch(/#19 · 203\.0\.113\.9:7000 · \d/);
});
