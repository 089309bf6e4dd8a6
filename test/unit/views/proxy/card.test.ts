import { expect, test } from 'vitest';
import type { PastCheck } from '../../../../src/domain/health/check-record.ts';
import { DETAIL_KEYS, type Details, detail, nounOf } from '../../../../src/domain/proxies/fields.ts';
import { PROXY_STATUSES } from '../../../../src/domain/proxies/proxy.ts';
import type { ProxyDetails } from '../../../../src/domain/proxies/proxy-view.ts';
import { textLength } from '../../../../src/kit/limits/fit.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { proxyCard } from '../../../../src/views/proxy/card.ts';
import { longestFor, valueFor } from '../../../helpers/pool/field-values.ts';

const AT = new Date('2026-05-04');
const LONG = '*'.repeat(255);

const detailsOf = (value: (key: (typeof DETAIL_KEYS)[number]) => unknown) =>
  Object.fromEntries(DETAIL_KEYS.map((key) => [key, value(key)])) as Details;

const LONGEST: ProxyDetails = {
  ...detailsOf((key) => detail(key).kind.read(longestFor(key), nounOf(detail(key)))),
  id: 2 ** 31 - 1,
  host: `${'gate-way.'.repeat(28)}x`,
  port: 65_535,
  type: 'socks5',
  username: LONG,
  status: 'active',
  health: 'failing',
  latencyMs: 30_000,
  model: LONG.slice(0, 100),
  coolingUntil: AT,
  load: 3,
  lastUsedAt: AT,
  removedAt: null,
  statusReason: LONG.slice(0, 200),
  statusBy: LONG,
  statusAt: AT,
  checkedAt: AT,
  exitIp: '2001:db8:1111:2222:3333:4444:5555:6666',
  exitIpBefore: '2001:db8::1',
  exitIpSince: AT,
  createdAt: AT,
  hasCredentials: true,
  hasChangeIpUrl: true,
  source: LONG.slice(0, 40),
  missingSince: AT,
  checks: Array.from(
    { length: 4 },
    (_, n): PastCheck => ({
      at: AT,
      source: 'report',
      reporter: LONG,
      outcome: 'target_blocked',
      detail: `${n}${LONG}`,
      totalMs: 30_000,
      exitIp: null,
    }),
  ),
  accounts: [1, 2, 3].map((slot) => ({ slot, username: LONG.slice(0, 100), assignedAt: AT, reason: LONG })),
};

const OTTO = { id: 'discord:100000000000000002', level: 'operator' } as const;

const SETTINGS = { limit: 3, currency: 'EUR' };

test.each(PROXY_STATUSES)('a card with the longest values of all fields fits into a message: %s', (status) => {
  for (const removedAt of [null, AT]) {
    expect(findViewProblems(proxyCard({ ...LONGEST, status, removedAt }, SETTINGS, OTTO, 'Edited'))).toEqual([]);
  }
});

test('a text is shortened only if the card would not fit', () => {
  const ordinary = { ...LONGEST, ...detailsOf((key) => valueFor(key)), notes: `${'word '.repeat(90)}end` };
  expect(JSON.stringify(proxyCard({ ...ordinary, checks: [], accounts: [] }, SETTINGS, OTTO))).toContain('word end');
  expect(textLength(proxyCard(LONGEST, SETTINGS, OTTO))).toBeGreaterThan(2000);
});
