/** Where a tunnel is to lead. The name is resolved by the proxy, never here. */
export interface Destination {
  host: string;
  port: number;
}

/** Empty: none. */
export interface Credentials {
  username: string;
  password: string;
}
