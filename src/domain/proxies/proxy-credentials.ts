/** A proxy with its credentials in the clear: for the caller alone. */
export interface ProxyCredentials {
  id: number;
  host: string;
  port: number;
  type: string;
  username: string;
  password: string | null;
  changeIpUrl: string | null;
}
