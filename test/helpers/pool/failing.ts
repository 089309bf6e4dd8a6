import type { HealthChange } from '../../../src/domain/health/health-change.ts';
import type { Services } from '../../../src/services/services.ts';
import type { TestDatabase } from '../database/database.ts';

/** What the monitor writes when proxies change health: the rows, and the news of it, in one transaction. */
export async function changeHealth(
  { database, services }: { database: TestDatabase; services: Pick<Services, 'alerts'> },
  to: 'failing' | 'healthy',
  proxyIds: readonly number[],
  about: Partial<HealthChange> = {},
): Promise<void> {
  const at = about.at ?? new Date();
  const { rows } = await database.pool.query<{ id: number; provider: string | null }>(
    'select id, provider from proxies where id = any ($1) order by id',
    [proxyIds],
  );
  await database.db.transaction(async (tx) => {
    await tx.execute(`insert into proxy_health (proxy_id, health, checked_at) select id, '${to}', now() from proxies where id in (${proxyIds.join()})
      on conflict (proxy_id) do update set health = excluded.health, checked_at = excluded.checked_at`);
    await services.alerts.recordIn(
      tx,
      rows.map(({ id, provider }) => ({
        ...{ proxyId: id, provider, network: null, isFlapping: false, exitIp: null, exitIpBefore: null },
        ...(to === 'failing'
          ? { from: 'healthy' as const, to, outcome: 'timeout' as const, detail: 'no answer within 10 s' }
          : { from: 'failing' as const, to, outcome: 'ok' as const, detail: 'answered' }),
        at,
        ...about,
      })),
    );
  });
}
