import type { ProxyHealth } from '../proxies/proxy.ts';
import type { CheckOutcome } from './outcome.ts';

/** What a check has changed about a proxy: its health, or the address that it is seen from. */
export interface HealthChange {
  proxyId: number;
  provider: string | null;
  /** The /24 or /64 that it is seen from, in CIDR text. */
  network: string | null;
  from: ProxyHealth;
  to: ProxyHealth;
  /** What the check found that made the change. */
  outcome: CheckOutcome;
  /** One short sentence for people; never holds credentials. */
  detail: string;
  at: Date;
  /** It goes up and down, so that its changes are damped. */
  isFlapping: boolean;
  /** The address that the target saw, and the one before; null where it was not told. */
  exitIp: string | null;
  exitIpBefore: string | null;
}
