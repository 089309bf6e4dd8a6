import { expect, test } from 'vitest';
import { type RunResult, simulate } from '../../../simulator/run/simulation.ts';
import { createEmptyDatabases } from '../../helpers/database/database.ts';

const SIZE = { proxies: 30, accounts: 60, operations: 60 };

async function run(seed: number, days: number): Promise<RunResult> {
  return simulate(await createEmptyDatabases(), { seed, days, size: SIZE });
}

test('a simulated day with faults breaks no rule', async () => {
  const { violation, hours } = await run(1, 1);
  expect(violation).toBeUndefined();
  expect(hours).toBeGreaterThan(22);
});

test('the same seed gives the same run, and another seed another one', async () => {
  const [first, again, other] = [await run(2, 0.1), await run(2, 0.1), await run(3, 0.1)];
  expect(again).toEqual(first);
  expect(other.digest).not.toBe(first.digest);
});
