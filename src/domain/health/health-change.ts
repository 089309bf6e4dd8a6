import type { ProxyHealth } from '../proxies/proxy.ts';
import type { CheckOutcome } from './outcome.ts';

/** A change of a proxy by a check: of its health or of its exit IP. */
export interface HealthChange {
  proxyId: number;
  provider: string | null;
  /** The /24 or /64 of its exit IP, in CIDR text. */
  network: string | null;
  from: ProxyHealth;
  to: ProxyHealth;
  /** The outcome of the check that caused the change. */
  outcome: CheckOutcome;
  /** One short sentence for people; it must not contain credentials. */
  detail: string;
  at: Date;
  /** Whether the proxy alternates between success and failure, so that its changes are damped. */
  isFlapping: boolean;
  /** The current and the previous exit IP; null if the target did not report one. */
  exitIp: string | null;
  exitIpBefore: string | null;
}
