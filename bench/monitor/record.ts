import type pg from 'pg';
import { createLogger } from '../../src/base/logger.ts';
import { connect, type Db } from '../../src/db/client.ts';
import type { CheckRecord } from '../../src/domain/health/check-record.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { HealthService } from '../../src/services/health/health-service.ts';
import { withDatabase } from '../kit/database.ts';
import { type Figure, ms } from '../kit/figures.ts';

const CHECKS = 10_000;
const BATCH = 50;
const MAX_SHARE = 0.2;

/**
 * The cost of storing the results of a sweep, in the monitor's batches: state, single checks, the hour's figures and alerts.
 *
 * @param sweepMs how long as many checks took, without writing anything
 */
export function recordBench(sweepMs: number): Promise<Figure> {
  return withDatabase(async (url) => {
    const { db, pool, close } = connect(url, { log: createLogger('warn') });
    try {
      await fill(pool);
      const took = await record(db);
      const ratio = took / sweepMs;
      return {
        what: `writing ${CHECKS} results down`,
        ours: ms(took),
        floor: `the checks ${ms(sweepMs)}`,
        ratio,
        limit: `${MAX_SHARE} of the checks`,
        isMet: ratio < MAX_SHARE,
      };
    } finally {
      await close();
    }
  });
}

async function fill(pool: pg.Pool): Promise<void> {
  await pool.query(`insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider)
    select '10.0.' || n / 250 || '.' || n % 250, 8080, 'http', '', gen_random_uuid(), int4send(n), 'Provider ' || n % 4 from generate_series(1, ${CHECKS}) n`);
  await pool.query('vacuum analyze');
}

async function record(db: Db): Promise<number> {
  const alerts = new AlertService({ db, opsChannelId: '1', guildId: '2' });
  const health = new HealthService({ db, alerts, intervalMs: 600_000 });
  const resultOf = (id: number): CheckRecord => ({
    proxyId: id,
    at: new Date(),
    source: 'monitor',
    reporter: null,
    result: {
      outcome: id % 10 < 3 ? 'timeout' : 'ok',
      detail: 'as it went',
      times: { connectMs: 12, handshakeMs: 40, firstByteMs: 80, totalMs: 84 },
      exitIp: id % 10 < 3 ? null : `172.16.${id >> 8}.${id % 256}`,
      target: 'check.test',
    },
  });
  const batches = Array.from({ length: CHECKS / BATCH }, (_, at) =>
    Array.from({ length: BATCH }, (_, n) => resultOf(at * BATCH + n + 1)),
  );
  const started = performance.now();
  for (const batch of batches) await health.record(batch);
  return performance.now() - started;
}
