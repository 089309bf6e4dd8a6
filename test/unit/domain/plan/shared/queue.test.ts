import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queuesByModel } from '../../../../../src/domain/plan/shared/queue.ts';

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
