import type { IncomingMessage } from 'node:http';

/**
 * Whether a request comes from a program on this machine or from the sandbox's page. Other sites in the same browser must not reach
 * it, neither by a name that resolves to 127.0.0.1 nor by a form or script.
 */
export function isFromHere(request: IncomingMessage, port: number): boolean {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const { host, origin } = request.headers;
  if (!host || !names.includes(host)) return false;
  return origin === undefined || names.some((name) => origin === `http://${name}`);
}
