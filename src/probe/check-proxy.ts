import type { ProxyType } from '../domain/proxies/proxy.ts';

/** A proxy as input of a check, with decrypted credentials. */
export interface CheckProxy {
  type: ProxyType;
  /** A host name, or an IP address without brackets. */
  host: string;
  port: number;
  /** Null or empty if the proxy requires none. */
  username: string | null;
  password: string | null;
}
