import type { HttpConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import type { Db, Pool } from '../db/client.ts';
import type { Keyring } from '../db/keyring.ts';
import { type HttpServer, startHttp } from '../http/server/server.ts';
import type { Metrics } from '../http/state/metrics.ts';
import { Readiness } from '../http/state/readiness.ts';
import { HandoutService } from '../services/handout/handout-service.ts';
import { UseLog } from '../services/handout/use-log.ts';
import { IdempotencyService } from '../services/idempotency-service.ts';
import type { Services } from '../services/services.ts';

export interface ApiDeps {
  config: HttpConfig;
  db: Db;
  pool: Pool;
  keyring: Keyring;
  services: Services;
  metrics: Metrics;
  isDiscordConnected: () => boolean;
  log: Logger;
  shutdown: Shutdown;
}

/** What programs talk to, with what only they need. @throws Error with one sentence where it cannot listen */
export async function startApi({
  config,
  db,
  pool,
  keyring,
  services,
  metrics,
  isDiscordConnected,
  log,
  shutdown,
}: ApiDeps): Promise<HttpServer> {
  const useLog = new UseLog({ db, log });
  await useLog.start();
  shutdown.add('the use of proxies', () => useLog.stop());
  const api = await startHttp({
    ...{ config, services, metrics, log },
    handouts: new HandoutService({ db, pool, keyring, useLog, health: services.health }),
    idempotency: new IdempotencyService({ db }),
    readiness: new Readiness({ pool, isDiscordConnected }),
  });
  shutdown.add('api', () => api.stop());
  return api;
}
