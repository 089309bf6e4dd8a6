import type { CheckResult } from '../domain/health/check-result.ts';
import type { ProxyType } from '../domain/proxy.ts';
import type { CheckTarget } from './target.ts';

/** A proxy as a check needs it, with its credentials in the clear. */
export interface CheckProxy {
  type: ProxyType;
  /** A name, or an IP address without brackets. */
  host: string;
  port: number;
  /** Null or empty: none. */
  username: string | null;
  password: string | null;
}

export interface Probe {
  /** The targets, in the order of the configuration. */
  readonly targets: readonly CheckTarget[];
  /**
   * One check of one proxy; the targets are used in turn. Never rejects, except with the reason of an aborted `signal`.
   */
  check(proxy: CheckProxy, options?: { signal?: AbortSignal }): Promise<CheckResult>;
  /** The same request without a proxy, which tells whether the target and our own network are well. */
  checkDirect(target?: CheckTarget, options?: { signal?: AbortSignal }): Promise<CheckResult>;
  /** Ends whatever is under way; a later check is rejected. */
  close(): void;
}
