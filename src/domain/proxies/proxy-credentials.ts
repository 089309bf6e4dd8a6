/** A proxy with its decrypted credentials; shown only to the caller. */
export interface ProxyCredentials {
  id: number;
  host: string;
  port: number;
  type: string;
  username: string;
  password: string | null;
  changeIpUrl: string | null;
}
