import { lockHealth, updateHealth } from '../../../src/db/queries/health/health.ts';
import type { HealthChange } from '../../../src/domain/health/health-change.ts';
import { UNCHECKED } from '../../../src/domain/health/health-state.ts';
import type { Services } from '../../../src/services/services.ts';
import type { TestDatabase } from '../database/database.ts';

const RESULTS = {
  failing: { from: 'healthy', outcome: 'timeout', detail: 'no answer within 10 s' },
  healthy: { from: 'failing', outcome: 'ok', detail: 'answered' },
} as const;

/** Changes the health of proxies with the monitor's own statements, without the checks that would lead to it. */
export async function changeHealth(
  { database, services }: { database: TestDatabase; services: Pick<Services, 'alerts'> },
  to: 'failing' | 'healthy',
  proxyIds: readonly number[],
  about: Partial<HealthChange> = {},
): Promise<void> {
  const at = about.at ?? new Date();
  const { from, ...result } = RESULTS[to];
  const unseen = { latencyMs: null, exitIp: null, nextCheckAt: null, isChecked: false, reportedAt: null };
  await database.db.transaction(async (tx) => {
    const known = await lockHealth(tx, proxyIds);
    await updateHealth(
      tx,
      known.map(({ proxyId }) => ({ ...UNCHECKED, ...unseen, ...result, proxyId, health: to, at })),
    );
    await services.alerts.recordIn(
      tx,
      known.map(({ proxyId, provider }) => ({
        proxyId,
        provider,
        network: null,
        isFlapping: false,
        exitIp: null,
        exitIpBefore: null,
        ...result,
        from,
        to,
        at,
        ...about,
      })),
    );
  });
}
