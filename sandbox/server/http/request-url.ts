import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request with a parsed URL, and its response. */
export interface Exchange {
  url: URL;
  request: IncomingMessage;
  response: ServerResponse;
}

/** A request for a WebSocket, as node hands it over. */
export interface Upgrade {
  url: URL;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  /** Receives the internal errors of the handler of the connection. */
  onError: (error: unknown) => void;
}

/**
 * The address that a request names, in origin form or absolute form (RFC 9112, 3.2). Undefined if it cannot be read,
 * such as in `GET http://`: that request gets 400.
 */
export function urlOf(request: IncomingMessage, baseUrl: string): URL | undefined {
  const target = request.url ?? '/';
  const url = URL.parse(target.startsWith('/') ? `${baseUrl}${target}` : target);
  return url && isDecodable(url.pathname) ? url : undefined;
}

/** A path with a percent sign that escapes nothing cannot be decoded later. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
