import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFromHere } from '../server/http/guard.ts';
import { type Exchange, urlOf } from '../server/http/request-url.ts';
import type { ApiAnswer, ProviderApi } from './provider-api.ts';
import type { Supply } from './supply.ts';

/** Faults of a provider, which last until they are ended. `half-page`: the last page of the list is cut off. */
export const PROVIDER_FAULTS = ['wrong-key', 'rate-limit', 'half-page', 'error'] as const;
export type ProviderFault = (typeof PROVIDER_FAULTS)[number];

const HOST = '127.0.0.1';
/** Longer than a sync may take, so that it says so at once. */
const RATE_LIMITED: ApiAnswer = { status: 429, headers: { 'retry-after': '600' }, body: { detail: 'Throttled.' } };
const FAILED: ApiAnswer = { status: 500, body: { detail: 'Internal error.' } };

/** Serves the API of one provider on a free port of this machine. */
export class ProviderServer {
  fault: ProviderFault | null = null;
  readonly #server: Server;
  readonly #api: ProviderApi;
  readonly #key: string;
  readonly #supply: Supply;
  #port = 0;

  constructor({ api, key, supply }: { api: ProviderApi; key: string; supply: Supply }) {
    this.#api = api;
    this.#key = key;
    this.#supply = supply;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, HOST);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = urlOf(request, this.url);
    if (!url || !isFromHere(request, this.#port)) {
      response.writeHead(url ? 403 : 400).end();
      return;
    }
    const { status = 200, headers, body } = this.#answerTo({ url, request, response });
    const text = JSON.stringify(body);
    const isCut = this.fault === 'half-page' && status === 200 && isLastPage(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(isCut ? text.slice(0, text.length / 2) : text);
  }

  #answerTo(exchange: Exchange): ApiAnswer {
    if (this.fault === 'error') return FAILED;
    if (this.fault === 'rate-limit') return RATE_LIMITED;
    if (this.fault === 'wrong-key' || this.#api.keyOf(exchange) !== this.#key) return this.#api.wrongKey;
    return this.#api.answer(exchange, this.#supply, this.url);
  }
}

const isLastPage = (body: object) => !('next' in body) || body.next === null;
