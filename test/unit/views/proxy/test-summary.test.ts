import { expect, test } from 'vitest';
import type { TestedProxy } from '../../../../src/domain/health/proxy-test.ts';
import { testSummary } from '../../../../src/views/proxy/test.ts';

const at = new Date('2026-11-26T12:00:00Z');
const one = (
  id: number,
  provider: string | null,
  outcome: TestedProxy['outcome'],
  totalMs: number | null,
): TestedProxy => ({
  id,
  host: '203.0.113.1',
  port: 8080,
  provider,
  outcome,
  detail: '',
  totalMs,
  exitIp: null,
});

test('the result of a test names outcomes and providers in lines that a phone can wrap', () => {
  const tested = [
    one(1, 'Acme', 'ok', 100),
    one(2, 'Acme', 'ok', 300),
    one(3, 'Acme', 'ok', 200),
    one(4, null, 'refused', null),
    one(5, 'Umbra', 'ok', 1_200),
  ];
  const counts = { success: 4, failure: 1, inconclusive: 0 };
  const shown = JSON.stringify(
    testSummary({ testId: 1, total: 5, counts, startedAt: at, endedAt: at, cancelledBy: null, fault: '', tested }),
  );
  expect(shown).toContain('ok **4**, median 300 ms · refused **1**');
  expect(shown).toContain(
    String.raw`**no provider** 0 ok · 🔴 1 failing\n**Acme** 3 ok, median 200 ms\n**Umbra** 1 ok, median 1,200 ms`,
  );
  expect(shown).not.toContain('```');
});
