import type { ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { PageHandler } from '../index.ts';
import { answerAsset } from './assets.ts';
import { isUserName, type PageDeps, serveConnection } from './connection.ts';

/** Maximum size of a message from the page: a file of 25 MiB in base64, with a margin. */
const MAX_MESSAGE_BYTES = 48 * 1024 * 1024;

const EXAMPLES = '/examples/';

/** The ops channel in a browser. The server has checked Host and Origin before anything comes here. */
export function createPage(deps: PageDeps): PageHandler {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  return {
    async request({ url, request, response }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end();
      else if (url.pathname.startsWith(EXAMPLES)) answerExample(deps, url.pathname, response);
      else await answerAsset(url.pathname, response);
    },
    upgrade({ url, request, socket, head, onError }) {
      const name = url.searchParams.get('user') ?? '';
      // A page always names its origin; a connection without one is not from a page.
      if (url.pathname !== '/page' || !request.headers.origin || !isUserName(name)) socket.destroy();
      else
        sockets.handleUpgrade(request, socket, head, (opened) => serveConnection(opened, name, { ...deps, onError }));
    },
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function answerExample({ examples = [] }: PageDeps, path: string, response: ServerResponse): void {
  const example = examples.find(({ name }) => path === `${EXAMPLES}${name}`);
  if (!example) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="${example.name}"`,
    'x-content-type-options': 'nosniff',
  });
  response.end(example.text());
}
