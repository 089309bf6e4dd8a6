import { expect, test } from 'vitest';
import { CHECK_OUTCOMES } from '../../../src/domain/health/outcome.ts';
import { checksOf, serveFaults } from '../../helpers/probe/planted-faults.ts';

/** Longer than a check takes on a busy machine. */
const TIMEOUT_MS = 6_000;

test('each fault of each protocol, with and without credentials, is reported as what it is, all at once', async () => {
  const served = await serveFaults();
  const { faults, close } = await checksOf(served.worlds, { timeoutMs: TIMEOUT_MS });
  const reported = await Promise.all(
    faults.map(async ({ actual, proxy, check }) => ({ actual, proxy, is: await check() })),
  );
  close();
  await served.close();
  expect(reported.filter(({ actual, is }) => actual !== is)).toEqual([]);
  expect(new Set(faults.map(({ actual }) => actual))).toEqual(new Set(CHECK_OUTCOMES));
});
