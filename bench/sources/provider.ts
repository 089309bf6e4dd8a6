import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The list of the benchmark: pages of Webshare's shape. The rounds differ in the password of each hundredth proxy. */
const PAGE_SIZE = 100;
const CHANGES_EACH = 100;

/** Serves as many proxies as the first argument says on a free port of 127.0.0.1, which it prints. */
const count = Number(process.argv[2]);
let base = '';

function itemOf(n: number, round: number): object {
  return {
    id: `d-${n}`,
    username: `customer-${n}`,
    password: passwordOf(n, round),
    proxy_address: `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
    port: 8168,
    valid: true,
    last_verification: '2026-06-09T23:34:00.095501-07:00',
    country_code: 'US',
    city_name: 'New York',
    created_at: '2026-06-14T11:58:10.246406-07:00',
    asn_name: 'X',
    asn_number: 64500,
  };
}

const passwordOf = (n: number, round: number) => `s3cret-${n}-${n % CHANGES_EACH === 0 ? round : 0}`;

function pageOf(number: number, round: number): string {
  const first = (number - 1) * PAGE_SIZE;
  const results = Array.from({ length: Math.min(PAGE_SIZE, count - first) }, (_, n) => itemOf(first + n, round));
  const isLast = number * PAGE_SIZE >= count;
  const next = isLast ? null : `${base}/${round}/api/v2/proxy/list/?mode=direct&page=${number + 1}`;
  return JSON.stringify({ count, next, previous: null, results });
}

const pages = new Map<string, string>();

/** Pages are made once, so that a round measures the reader. */
function answer(path: string): string {
  if (path.includes('/replaced/')) return '{"count":0,"next":null,"results":[]}';
  const url = new URL(path, base);
  const [number, round] = [Number(url.searchParams.get('page')), Number(url.pathname.split('/')[1])];
  const key = `${round} ${number}`;
  const page = pages.get(key) ?? pageOf(number, round);
  pages.set(key, page);
  return page;
}

const server = createServer((request, response) => {
  const body = answer(request.url ?? '/');
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
process.on('disconnect', () => process.exit());
process.send?.(base);
