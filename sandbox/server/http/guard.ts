import type { IncomingMessage } from 'node:http';

/**
 * Whether a request comes from this machine's own programs or from the sandbox's own page: another site open in the
 * same browser must reach neither by its own name that resolves to 127.0.0.1 nor by a form or script of its own.
 */
export function isFromHere(request: IncomingMessage, port: number): boolean {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const { host, origin } = request.headers;
  if (!host || !names.includes(host)) return false;
  return origin === undefined || names.some((name) => origin === `http://${name}`);
}
