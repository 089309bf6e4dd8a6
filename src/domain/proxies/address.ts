/**
 * A host in the form that precedes a port: an IPv6 address in brackets (RFC 3986, section 3.2.2), whether or not the
 * input has them.
 */
export function bracketHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** `host:port`, the only form in which addresses are written: in messages, exports, URLs and the CONNECT of a check. */
export function formatAddress(host: string, port: number | string): string {
  return `${bracketHost(host)}:${port}`;
}
