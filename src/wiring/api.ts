import type { HttpConfig } from '../base/config.ts';
import { type HttpServer, startHttp } from '../http/server/server.ts';
import type { Metrics } from '../http/state/metrics.ts';
import { type DiscordStatus, Readiness } from '../http/state/readiness.ts';
import { CredentialsService } from '../services/credentials/credentials-service.ts';
import { UseLog } from '../services/credentials/use-log.ts';
import { IdempotencyService } from '../services/idempotency-service.ts';
import type { Services } from '../services/services.ts';
import type { DatabaseStatus } from '../services/shared/database-status.ts';
import type { Core } from './core.ts';

/** Time for the requests in progress. */
const REQUESTS_MS = 10_000;

export interface ApiDeps {
  core: Core;
  config: HttpConfig;
  services: Services;
  database: DatabaseStatus;
  metrics: Metrics;
  discord: DiscordStatus;
}

/** Starts the HTTP API and the services that only it needs. @throws Error with one sentence if it cannot listen */
export async function startApi(deps: ApiDeps): Promise<HttpServer> {
  const { config, services, database, metrics, discord } = deps;
  const { db, lanes, lookups, keyring, log, shutdown } = deps.core;
  const useLog = new UseLog({ db: lanes.upkeep.db, log });
  await useLog.start();
  shutdown.add('use log', () => useLog.stop());
  const api = await startHttp({
    config,
    services,
    metrics,
    log,
    credentials: new CredentialsService({ db, reads: lookups, keyring, useLog, health: services.health }),
    idempotency: new IdempotencyService({ db }),
    readiness: new Readiness({ database, discord, setup: services.setup }),
  });
  shutdown.add('api', () => api.stop(), REQUESTS_MS);
  return api;
}
