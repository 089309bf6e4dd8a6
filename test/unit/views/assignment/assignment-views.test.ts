import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FillPreview } from '../../../../src/domain/accounts/account-view.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { fillPreview } from '../../../../src/views/assignment/fill-preview.ts';
import { assignmentRefusal } from '../../../../src/views/assignment/refusal.ts';

const wild = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  fc.constantFrom('*'.repeat(255), '@everyone', '\u202eabc', '`code`', '\n# heading'),
);
const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const figure = fc.nat(300_000);
const name = wild;
const result = fc.record({
  count: figure,
  by: fc.constant('discord:123456789012345678'),
  at: fc.constant('2026-05-04T12:00:00.000Z'),
});

const preview: fc.Arbitrary<FillPreview> = fc.record({
  planId: id,
  state: fc.constantFrom('open' as const, 'applied' as const, 'expired' as const),
  cancelledBy: fc.constant(null),
  asked: figure,
  placed: figure,
  models: fc.array(fc.record({ name, placed: figure, waiting: figure, missingProxies: figure }), {
    maxLength: 30,
    size: 'max',
  }),
  consolidations: fc.array(fc.record({ modelId: id, name, freedProxies: figure }), { maxLength: 5 }),
  sample: fc.array(fc.record({ username: wild, model: wild, proxyId: id, address: wild, reason: wild }), {
    maxLength: 5,
    size: 'max',
  }),
  result: fc.option(result),
});

test('any fill fits into a message, whatever models and accounts are called', () => {
  const cases = fc.property(preview, (each) => {
    expect(findViewProblems(fillPreview(each))).toEqual([]);
  });
  fc.assert(cases, { numRuns: 300 });
});

test('a fill without accounts says that there is nothing to do', () => {
  const none: FillPreview = {
    planId: 1,
    state: 'open',
    cancelledBy: null,
    asked: 0,
    placed: 0,
    models: [],
    consolidations: [],
    sample: [],
    result: null,
  };
  const shown = JSON.stringify(fillPreview(none));
  expect(shown).toContain('no accounts are waiting or on hold');
  expect(shown).not.toContain('0 accounts');
});

test('any refusal fits too, with a button if there is a nearest proxy', () => {
  const refusal = fc.record({
    message: fc.tuple(wild, wild).map((parts) => parts.join(' ')),
    hint: fc.option(wild, { nil: undefined }),
    accountId: id,
    nearestId: fc.option(id, { nil: undefined }),
    fromId: fc.option(id),
  });
  const cases = fc.property(refusal, (each) => {
    const view = assignmentRefusal(each);
    expect(findViewProblems(view)).toEqual([]);
    expect(JSON.stringify(view).includes(`Assign #${each.nearestId}`)).toBe(each.nearestId !== undefined);
  });
  fc.assert(cases, { numRuns: 300 });
});
