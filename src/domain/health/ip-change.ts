import type { TestedProxy } from './proxy-test.ts';

/** Result of a call of a proxy's change-IP link. */
export interface IpChange {
  proxyId: number;
  /** Whether the provider accepted the call. */
  ok: boolean;
  /** The provider's response, or why there is none. */
  detail: string;
  /** The exit IP before the call; null if it was unknown. */
  before: string | null;
  /** Result of the check after the call; `none` if it failed or was not made. */
  check: TestedProxy | 'running' | 'none';
}
