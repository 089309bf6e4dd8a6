import { expect, test } from 'vitest';
import { findConsolidations } from '../../../../../src/domain/plan/moves/consolidation.ts';
import type { Assignment } from '../../../../../src/domain/plan/shared/assignment.ts';
import { poolOf, proxy } from '../pools.ts';

const on = (modelId: number, load: number, over = {}) => ({ modelId, load, ...over });
const found = (uses: readonly object[], made: readonly Assignment[] = [], limit = 3) =>
  findConsolidations(
    poolOf(
      uses.map((use, at) => proxy(at + 1, use)),
      limit,
    ),
    made,
  ).map(({ modelId, freedProxies }) => [modelId, freedProxies]);
const placed = (modelId: number, kind: 'unused' | 'shared'): Assignment => ({
  accountId: 1,
  modelId,
  proxyId: 1,
  reason: { kind, load: 1, health: 'healthy', latencyMs: null, networkFirst: null },
});

test('a model is named with the proxies that its accounts would not need if each were full', () => {
  expect(found([on(1, 1), on(1, 1), on(1, 2)])).toEqual([[1, 1]]);
  expect(found([on(1, 1), on(1, 1), on(1, 1)])).toEqual([[1, 2]]);
  expect(found([on(1, 1), on(1, 1)], [], 1)).toEqual([]);
});

test('a model that needs all its proxies, or more, is not named', () => {
  expect(found([on(1, 3), on(1, 1)])).toEqual([]);
  expect(found([on(1, 4)])).toEqual([]);
});

test('the model that frees most comes first, and of equal ones the older', () => {
  const one = (modelId: number) => [on(modelId, 1), on(modelId, 1)];
  expect(found([...one(2), ...one(1), ...one(3), on(3, 1)])).toEqual([
    [3, 2],
    [1, 1],
    [2, 1],
  ]);
});

test('proxies that take no accounts, that are unused, or that are only reserved, do not count', () => {
  const none = { load: 1, modelId: null };
  expect(found([on(1, 1), on(1, 1, { eligible: false }), { modelId: 1, load: 0 }, none, none])).toEqual([]);
});

test('what the plan places counts: an unused proxy is one more, a shared one is not', () => {
  expect(found([on(1, 1)], [placed(1, 'unused')])).toEqual([[1, 1]]);
  expect(found([on(1, 1)], [placed(1, 'shared')])).toEqual([]);
  expect(found([], [placed(1, 'unused'), placed(1, 'unused'), placed(1, 'shared')])).toEqual([[1, 1]]);
  expect(found([on(1, 2), on(1, 1)], [placed(1, 'shared')])).toEqual([]);
});
