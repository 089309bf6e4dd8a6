import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VpsRelation, VpsSummary } from '../../../../src/domain/vps/vps-map.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { vpsCard, vpsList } from '../../../../src/views/vps/vps-list.ts';
import { driftDetails } from '../../../../src/views/vps/vps-map.ts';

/** As long as the database accepts it; every `*` is escaped and so doubled. */
const LONGEST = '*'.repeat(100);
const long = fc.constant(LONGEST);
const LONG_HOST = `${'gate_way.'.repeat(28)}x`;
const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const figure = fc.integer({ min: 100_000, max: 300_000 });

const vps: fc.Arbitrary<VpsSummary> = fc.record({
  id,
  name: long,
  environment: long,
  host: fc.constantFrom(LONG_HOST, '*'.repeat(253)),
  region: long,
  notes: fc.constant('*'.repeat(1000)),
  accounts: figure,
  assigned: figure,
  proxies: figure,
  links: figure,
});

test('any VPS fits onto its card, and any page of them into a list', () => {
  const page = fc.uniqueArray(vps, { minLength: 20, maxLength: 20, selector: ({ id: number }) => number, size: 'max' });
  fc.assert(
    fc.property(page, (rows) => {
      for (const each of rows) expect(findViewProblems(vpsCard(each, 'Saved'))).toEqual([]);
      const position = { queryId: 2 ** 40, total: 10_001, before: 9_000, size: 20, isLast: false };
      const shown = { rows, ...position, filter: { environment: LONGEST } };
      expect(findViewProblems(vpsList(shown))).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

const relation: fc.Arbitrary<VpsRelation> = fc.record({
  vpsId: id,
  vps: long,
  environment: long,
  proxyId: id,
  host: fc.constant(LONG_HOST),
  port: fc.constant(65_535),
  accounts: figure,
  isDocumented: fc.boolean(),
  notes: fc.constant(null),
});

test('the details of any drift fit into a message', () => {
  const relations = fc.array(relation, { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(fc.record({ unused: relations, undocumented: relations, shared: relations }), (found) => {
      const file = { name: 'drift.csv', data: '' };
      const isEmpty = Object.values(found).every((each) => each.length === 0);
      expect(findViewProblems(driftDetails(found, isEmpty ? undefined : file))).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
});
