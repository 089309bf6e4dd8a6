import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queuesByModel } from '../../../../../src/domain/plan/shared/queue.ts';

test('accounts of one time come in the order of their numbers, and times that are rounded alike in their own', () => {
  const account = (id: number, waitingSince: number, modelId = 1) => ({ id, modelId, waitingSince });
  const [early, late] = [1, 8_640_000_000_000_000];
  const accounts = [
    account(9, late),
    account(7, 5),
    account(4, 5, 2),
    account(3, 5),
    account(8, early),
    account(2, early + 1),
  ];
  expect([...queuesByModel(accounts)]).toEqual([
    [1, { ids: [8, 2, 3, 7, 9], since: [early, early + 1, 5, 5, late] }],
    [2, { ids: [4], since: [5] }],
  ]);
  const swapped = [account(1, late), account(5, early + 1), account(6, early)];
  expect(queuesByModel(swapped).get(1)).toEqual({ ids: [6, 5, 1], since: [early, early + 1, late] });
});

test('each model’s accounts come in the order of waiting, then of their numbers, over a minute as over millennia', () => {
  const since = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 8_640_000_000_000_000 }));
  const account = fc.record({
    id: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    modelId: fc.integer({ min: 1, max: 3 }),
    waitingSince: since,
  });
  fc.assert(
    fc.property(fc.uniqueArray(account, { selector: ({ id }) => id, maxLength: 60 }), (accounts) => {
      const queues = queuesByModel(accounts);
      for (const model of [1, 2, 3]) {
        const expected = accounts
          .filter(({ modelId }) => modelId === model)
          .sort((a, b) => a.waitingSince - b.waitingSince || a.id - b.id);
        expect(queues.get(model)?.ids ?? []).toEqual(expected.map(({ id }) => id));
        expect(queues.get(model)?.since ?? []).toEqual(expected.map(({ waitingSince }) => waitingSince));
      }
    }),
    { numRuns: 1000 },
  );
});
