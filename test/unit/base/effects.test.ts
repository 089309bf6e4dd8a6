import { describe, expect, test } from 'vitest';
import { Effects, noteEffect, withinTransaction } from '../../../src/base/effects.ts';

const never = () => false;
const failing = async () => {
  noteEffect();
  throw new Error('failed');
};

/** Whether work may have changed something, however it ended. */
async function mayHaveChanged(work: () => Promise<unknown>): Promise<boolean> {
  const effects = new Effects();
  await effects.track(work).catch((error: Error) => expect(error.message).toBe('failed'));
  return effects.mayExist;
}

describe('work that failed', () => {
  test('has changed nothing if it noted nothing', async () => {
    expect(await mayHaveChanged(async () => undefined)).toBe(false);
    expect(await mayHaveChanged(() => Promise.reject(new Error('failed')))).toBe(false);
  });

  test('may have changed what it noted outside of a transaction', async () => {
    expect(await mayHaveChanged(failing)).toBe(true);
  });

  test('has changed nothing if its transaction was rolled back', async () => {
    expect(await mayHaveChanged(() => withinTransaction(failing, never))).toBe(false);
  });

  test('has changed what an earlier transaction has committed', async () => {
    const twice = async () => {
      await withinTransaction(async () => noteEffect(), never);
      await withinTransaction(failing, never);
    };
    expect(await mayHaveChanged(twice)).toBe(true);
  });

  test('has changed nothing if its transactions only read', async () => {
    const read = async () => {
      await withinTransaction(async () => 1, never);
      throw new Error('failed');
    };
    expect(await mayHaveChanged(read)).toBe(false);
  });

  test('may have changed something if the commit is uncertain, unless it only read', async () => {
    const inDoubt = (error: unknown) => error instanceof Error;
    expect(await mayHaveChanged(() => withinTransaction(failing, inDoubt))).toBe(true);
    const read = () => withinTransaction(() => Promise.reject(new Error('failed')), inDoubt);
    expect(await mayHaveChanged(read)).toBe(false);
  });
});

test('effects of concurrent work are kept separate', async () => {
  const [one, other] = [new Effects(), new Effects()];
  const started = Promise.withResolvers<void>();
  const quiet = one.track(() => started.promise);
  await other.track(async () => noteEffect());
  started.resolve();
  await quiet;
  expect([one.mayExist, other.mayExist]).toEqual([false, true]);
});
