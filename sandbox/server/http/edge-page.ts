import type { ServerResponse } from 'node:http';
import type { EdgePageFault } from '../faults.ts';

/** The number that Cloudflare shows for the limit of an address. */
const RATE_LIMITED = 1015;
const HEADERS = { server: 'cloudflare', 'cf-ray': '0123456789abcdef-FRA', 'content-type': 'text/html; charset=UTF-8' };
const BLOCKED = JSON.stringify({ message: 'You are being blocked from accessing our API temporarily.', code: 0 });

/** Answers like Cloudflare: a page for people, with no header of Discord. */
export function answerWithEdgePage(response: ServerResponse, { status, retryAfter, isJson }: EdgePageFault): void {
  const headers = { ...HEADERS, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
  if (isJson) response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(BLOCKED);
  else response.writeHead(status, headers).end(pageOf(status));
}

/** The same for a connection that was to become a WebSocket. */
export function edgePageAsText({ status }: Pick<EdgePageFault, 'status'>): string {
  const head = Object.entries({ ...HEADERS, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} Refused`, ...head, '', pageOf(status)].join('\r\n');
}

function pageOf(status: number): string {
  const error = status === 429 ? `<span>Error ${RATE_LIMITED}</span>` : '';
  return `<!DOCTYPE html><html><head><title>Access denied</title></head><body>${error}<h1>Sorry</h1></body></html>`;
}
