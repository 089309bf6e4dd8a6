/** The destination of a tunnel. The proxy resolves its name; this program never does. */
export interface Destination {
  host: string;
  port: number;
}

/** Empty if there are none. */
export interface Credentials {
  username: string;
  password: string;
}
