import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** An answer; an object is sent as JSON. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer | object;
  /** The connection breaks after so many bytes of the body. */
  cutAfter?: number;
}

/** `hang`: no answer at all; `endless`: a body without an end; `drop`: the connection breaks. */
export type ProviderAnswer = Answer | 'hang' | 'endless' | 'drop';

export interface ProviderServer {
  /** `http://127.0.0.1:1234` */
  url: string;
  port: number;
  /** The requests so far: path and query, and the headers. */
  requests: { path: string; headers: IncomingHttpHeaders }[];
  stop(): Promise<void>;
}

type AnswerTo = (url: URL, number: number) => ProviderAnswer;

/** Starts a provider that ends with the test. */
export async function serveProvider(answer: AnswerTo): Promise<ProviderServer> {
  const server = await startProvider(answer);
  onTestFinished(() => server.stop());
  return server;
}

/** Starts a provider on loopback that answers as a test says. */
export async function startProvider(answer: AnswerTo): Promise<ProviderServer> {
  const requests: ProviderServer['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, headers: request.headers });
    send(response, answer(new URL(path, 'http://127.0.0.1'), requests.length));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, answer: ProviderAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'drop') response.destroy();
  else if (answer === 'endless') sendWithoutEnd(response);
  else sendAnswer(response, answer);
}

function sendAnswer(response: ServerResponse, { status = 200, headers = {}, body = '', cutAfter }: Answer): void {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  const type = isText ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': String(bytes.length), ...headers });
  if (cutAfter === undefined) response.end(bytes);
  else response.write(bytes.subarray(0, cutAfter), () => response.destroy());
}

function sendWithoutEnd(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"proxies":[');
  const piece = ' '.repeat(64 * 1024);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
}
