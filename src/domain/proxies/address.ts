/** A host as it stands before a port: an IPv6 address in brackets (RFC 3986, section 3.2.2), whether it came with them or not. */
export function bracketHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** `host:port`, the one way in which an address is written: messages, exports, URLs and the CONNECT of a check. */
export function formatAddress(host: string, port: number | string): string {
  return `${bracketHost(host)}:${port}`;
}
