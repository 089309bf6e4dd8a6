import type { TestedProxy } from './proxy-test.ts';

/** What came of a call of a proxy's change-IP link. */
export interface IpChange {
  proxyId: number;
  /** Whether the provider took it. */
  ok: boolean;
  /** What the provider answered, or why it did not. */
  detail: string;
  /** The exit IP before the call; null where none was known. */
  before: string | null;
  /** What a check found after it; `none`: it found nothing, or was not made. */
  check: TestedProxy | 'running' | 'none';
}
