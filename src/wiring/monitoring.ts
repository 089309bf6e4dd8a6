import type { CheckConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import type { Db } from '../db/client.ts';
import type { Keyring } from '../db/keyring.ts';
import { loopbackOnly } from '../probe/network/loopback-only.ts';
import { createProbe } from '../probe/probe.ts';
import type { AlertService } from '../services/alerts/alert-service.ts';
import { Checker } from '../services/health/checker.ts';
import { HealthService } from '../services/health/health-service.ts';
import { Monitor } from '../services/health/monitor.ts';
import { OwnNetworkCheck } from '../services/health/own-network.ts';

/** If another process makes the checks, its interval is not known here. */
const USUAL_INTERVAL_MS = 10 * 60_000;

export interface MonitoringDeps {
  config: { checks: CheckConfig; allowPrivateProxies: boolean };
  db: Db;
  keyring: Keyring;
  alerts: AlertService;
  log: Logger;
  shutdown: Shutdown;
}

/** The parts that check proxies, for the bot and for workers alike. */
export interface Monitoring {
  health: HealthService;
  monitor: Monitor;
  /** Number of concurrent checks in this process. */
  concurrency: number;
}

export function buildMonitoring({ config, db, keyring, alerts, log, shutdown }: MonitoringDeps): Monitoring {
  const { targets, ca, timeoutMs, concurrency, reach } = config.checks;
  const intervalMs = config.checks.intervalMs || USUAL_INTERVAL_MS;
  const open = createProbe({ targets, ca, timeoutMs, isPrivateAllowed: config.allowPrivateProxies });
  shutdown.add('probe', () => open.close());
  const probe = reach === 'loopback' ? loopbackOnly(open) : open;
  const health = new HealthService({ db, alerts, intervalMs });
  const checker = new Checker({ db, keyring, probe, concurrency });
  const ownNetwork = new OwnNetworkCheck({ probe });
  const monitor = new Monitor({ db, checker, ownNetwork, health, intervalMs, log });
  return { health, monitor, concurrency };
}
