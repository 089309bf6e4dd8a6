import type { ProxyType } from '../domain/proxies/proxy.ts';

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
