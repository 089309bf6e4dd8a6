import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { CheckResult } from '../../../src/domain/health/check-result.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../../src/domain/health/outcome.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import type { Probe } from '../../../src/probe/probe.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { Checker } from '../../../src/services/health/checker.ts';
import { HealthService } from '../../../src/services/health/health-service.ts';
import { Monitor } from '../../../src/services/health/monitor.ts';
import { OwnNetworkCheck } from '../../../src/services/health/own-network.ts';
import { Sweep } from '../../../src/services/health/sweep.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';

/** `SOAK_PROXIES=10000 SOAK_DAYS=3` is the long run; what runs with the other tests is a day of a smaller pool. */
const PROXIES = Number(process.env.SOAK_PROXIES ?? 300);
const DAYS = Number(process.env.SOAK_DAYS ?? 1);
const HOUR_MS = 3_600_000;
const INTERVAL_MS = 20 * 60_000;
const STEP_MS = 60_000;
const START = Date.UTC(2026, 0, 1);
const SHARES = { acme: 0.4, bolt: 0.35, cove: 0.25 };

/** The outages of every day: which provider, from which hour on, for how many hours. */
const OUTAGES = [
  { what: 'acme', from: 2, hours: 1 },
  { what: 'target', from: 9, hours: 0.75 },
  { what: 'all proxies', from: 12, hours: 0.7 },
  { what: 'cove', from: 15, hours: 2 },
] as const;
/** One check in so many fails without a cause, except in the last hour, after which everything must be healthy. */
const BLIP_EVERY = 211;
const LAST_BLIP = START + DAYS * 24 * HOUR_MS - HOUR_MS;

let database: TestDatabase;
let now = START;
let checks = 0;
const clock = () => new Date(now);
const elapsed = () => now;
const log = createLogger('silent');
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const isOut = (what: (typeof OUTAGES)[number]['what']) =>
  OUTAGES.some((each) => {
    const hour = ((now - START) / HOUR_MS) % 24;
    return each.what === what && hour >= each.from && hour < each.from + each.hours;
  });

function found(outcome: CheckOutcome, exitIp: string | null = null): CheckResult {
  const ms = outcome === 'ok' ? 80 : null;
  const times = { connectMs: ms, handshakeMs: ms, firstByteMs: ms, totalMs: ms };
  return { outcome, detail: outcome, times, exitIp, target: 'check.test' };
}

function checkOf({ host }: CheckProxy): CheckResult {
  const provider = { 1: 'acme', 2: 'bolt', 3: 'cove' }[Number(host.split('.')[1])] as 'acme' | 'bolt' | 'cove';
  if (isOut('target')) return found('timeout');
  if (isOut('all proxies') || (provider !== 'bolt' && isOut(provider))) return found('refused');
  return ++checks % BLIP_EVERY === 0 && now < LAST_BLIP ? found('reset') : found('ok');
}

const probe: Probe = {
  targets: [parseTarget('https://check.test/')],
  check: async (proxy) => checkOf(proxy),
  checkDirect: async () => found(isOut('target') ? 'timeout' : 'ok'),
  close: () => undefined,
};

beforeAll(async () => {
  database = await createTestDatabase();
  let network = 0;
  for (const [provider, share] of Object.entries(SHARES)) {
    await run(`insert into proxies (host, port, type, username, provider, credential_id, password_fingerprint)
      select '10.${++network}.' || n / 250 || '.' || n % 250, 8080, 'http', '', '${provider}', gen_random_uuid(), '' from generate_series(1, ${Math.round(PROXIES * share)}) n`);
  }
  // In days of real time autovacuum would have done it.
  await run('analyze proxies');
});
afterAll(() => database.drop());

test('over days with outages of providers, of the target and of our own way out, alerts are exact and nothing is lost or doubled', async () => {
  const alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  const channel = new RecordingChannel();
  const handed: (readonly number[])[] = [];
  const sweep = new Sweep({
    db: database.db,
    intervalMs: INTERVAL_MS,
    hand: async (_tx, batches) => void handed.push(...batches),
  });
  const begin = () => {
    const health = new HealthService({ db: database.db, alerts, intervalMs: INTERVAL_MS });
    const checker = new Checker({
      db: database.db,
      probe,
      concurrency: 1_000,
      now: clock,
      keyring: { open: () => Promise.reject(new Error('there is nothing sealed')) },
    });
    const ownNetwork = new OwnNetworkCheck({ probe, elapsed });
    return new Monitor({
      db: database.db,
      checker,
      ownNetwork,
      health,
      intervalMs: INTERVAL_MS,
      log,
      now: clock,
      elapsed,
    });
  };
  let monitor = begin();
  let deliverer = delivererTo(channel, database);
  const steps = (DAYS * 24 * HOUR_MS) / STEP_MS;
  const duringOurFault: number[] = [];
  for (let step = 1; step <= steps; step++) {
    now = START + step * STEP_MS;
    await sweep.run(clock());
    // Now and then the process dies: what it was handed is lost with it, and so is the note of what it has just sent.
    const dies = step % 97 === 0;
    if (dies) {
      handed.length = 0;
      monitor = begin();
      deliverer = delivererTo(channel, database);
      channel.fault = () => ({ kind: 'unavailable', isLate: true });
    }
    for (const ids of handed.splice(0)) await monitor.checkBatch(ids);
    await monitor.settle();
    if (step % 5 === 0 || dies) {
      await run('update messages set due_at = now(), leased_until = null where version > sent_version');
      await deliverer.deliverOne();
      channel.fault = () => undefined;
    }
    if (isOut('target') || isOut('all proxies')) {
      const [row] = await run(`select count(*)::int as failing from proxy_health where health = 'failing'`);
      duringOurFault.push(row.failing);
    }
  }
  for (let round = 0; round < 50; round++) {
    await run('update messages set due_at = now(), leased_until = null where version > sent_version');
    if (!(await deliverer.deliverOne())) break;
  }

  const told = await run(
    `select a.kind, closed_at is not null as closed, sent_version = version as told,
      (select count(*)::int from alert_proxies x where x.alert_id = a.id) as proxies
     from alerts a join messages m on m.alert_id = a.id and m.kind = 'alert' order by a.id`,
  );
  const ofProvider = (share: number) => ({
    kind: 'failing',
    closed: true,
    told: true,
    proxies: Math.round(PROXIES * share),
  });
  const ofMonitor = { kind: 'monitor', closed: true, told: true, proxies: 0 };
  const day = [ofProvider(SHARES.acme), ofMonitor, ofMonitor, ofProvider(SHARES.cove)];
  expect(told).toEqual(Array.from({ length: DAYS }, () => day).flat());
  const posted = channel.messages.map(({ kind, alertId, said }) =>
    kind === 'alert' ? alertId : JSON.stringify(said[0]),
  );
  expect(new Set(posted).size).toBe(posted.length);
  expect(Math.max(...duringOurFault)).toBe(0);
  expect(await run(`select health, count(*)::int as count from proxy_health group by 1`)).toEqual([
    { health: 'healthy', count: await run('select count(*)::int as count from proxies').then((rows) => rows[0].count) },
  ]);
  const [{ checked }] = await run('select sum(checks)::int as checked from check_hours');
  expect(checked).toBeGreaterThan(PROXIES * DAYS * 50);
}, 3_600_000);
