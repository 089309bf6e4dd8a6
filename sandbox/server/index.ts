import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Cdn } from './cdn.ts';
import { SandboxClock } from './clock.ts';
import type { Core } from './core.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway/gateway.ts';
import { announceMessages } from './gateway/message-events.ts';
import { announceThreads } from './gateway/thread-events.ts';
import { answerApi } from './http/api.ts';
import { answerDownload, isDownload } from './http/downloads.ts';
import { edgePageAsText } from './http/edge-page.ts';
import { isFromHere } from './http/guard.ts';
import { type Exchange, type Upgrade, urlOf } from './http/request-url.ts';
import { CHANNEL_ID, DEFAULT_BOT_TOKEN, GUILD_ID, type UserName } from './ids.ts';
import { Operator } from './operator.ts';
import { gatewayUrl } from './rest/identity.ts';
import type { EventHub, RequestRecord, Violation } from './state/events.ts';
import { Persistence } from './state/persistence.ts';
import { Renderer } from './state/render.ts';
import { SandboxState } from './state/state.ts';
import { MemoryStore, type SandboxStore } from './state/store.ts';

const RECORDS_KEPT = 500;
/** The upload limit of a server without boosts. */
const ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024;

/** Handles requests that are not for the API, the gateway or attachments. */
export interface PageHandler {
  request(exchange: Exchange): Promise<void>;
  upgrade?(upgrade: Upgrade): void;
  stop?(): void;
}

export interface SandboxOptions {
  /** 0 chooses a free port. */
  port: number;
  host?: '127.0.0.1';
  botToken?: string;
  /** Keeps messages and files across restarts. */
  store?: SandboxStore;
  clock?: SandboxClock;
  /** Maximum size in bytes of a file that the bot uploads; people may upload larger files. */
  attachmentSizeLimit?: number;
  lateEditsPerHour?: number;
  page?: (sandbox: Sandbox) => PageHandler;
  /** Receives internal errors of the sandbox; by default they are thrown. */
  onError?: (error: unknown) => void;
}

/** A running stand-in for Discord. */
export interface Sandbox {
  /** `http://127.0.0.1:8081` */
  url: string;
  /** The value for DISCORD_API_URL. */
  apiUrl: string;
  botToken: string;
  guildId: string;
  channelId: string;
  clock: SandboxClock;
  events: EventHub;
  faults: Faults;
  /** The last requests of the bot, oldest first. */
  requests: readonly RequestRecord[];
  /** All violations of the bot so far; tests may clear it. */
  violations: Violation[];
  readonly isBotConnected: boolean;
  operator(name: UserName): Operator;
  stop(): Promise<void>;
}

/** Starts a stand-in for Discord on loopback: REST version 10, gateway and attachments, on one port. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer();
  server.listen(options.port, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const core = await buildCore(options, `http://${host}:${port}`);
  const onError = options.onError ?? throwLater;
  const persistence = new Persistence(core.state, onError);
  const stopAnnouncing = [
    announceMessages(core.state, core.render, core.gateway),
    announceThreads(core.state, core.gateway),
  ];
  const { requests, violations } = keepRecords(core.state.events);
  let page: PageHandler | undefined;

  const sandbox: Sandbox = {
    url: core.baseUrl,
    apiUrl: `${core.baseUrl}/api`,
    botToken: core.botToken,
    guildId: GUILD_ID,
    channelId: CHANNEL_ID,
    clock: core.clock,
    events: core.state.events,
    faults: core.faults,
    requests,
    violations,
    get isBotConnected() {
      return core.gateway.isConnected;
    },
    operator: (name) => new Operator(core, name),
    async stop() {
      page?.stop?.();
      for (const stop of stopAnnouncing) stop();
      core.gateway.close();
      server.close();
      server.closeAllConnections();
      await persistence.stop();
    },
  };

  page = options.page?.(sandbox);
  server.on('request', (request, response) => {
    answer({ core, page, port }, request, response).catch((error: unknown) => {
      // A client that disconnects during a request is not an internal error.
      const isGone = request.socket.destroyed;
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
      if (!isGone) onError(error);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      upgrade({ core, page, port }, { request, socket, head, onError });
    } catch (error) {
      socket.destroy();
      onError(error);
    }
  });
  return sandbox;
}

async function buildCore(options: SandboxOptions, baseUrl: string): Promise<Core> {
  const clock = options.clock ?? new SandboxClock();
  const state = new SandboxState(clock, options.store ?? new MemoryStore());
  await state.restore();
  const botToken = options.botToken ?? DEFAULT_BOT_TOKEN;
  const cdn = new Cdn(baseUrl, state, clock);
  const gateway = new Gateway(state, clock, botToken, gatewayUrl(baseUrl));
  return {
    baseUrl,
    botToken,
    attachmentSizeLimit: options.attachmentSizeLimit ?? ATTACHMENT_SIZE_LIMIT,
    lateEditsPerHour: options.lateEditsPerHour ?? 5,
    clock,
    state,
    cdn,
    render: new Renderer(state, cdn),
    gateway,
    faults: new Faults(state, gateway),
  };
}

async function answer(
  { core, page, port }: { core: Core; page: PageHandler | undefined; port: number },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request, core.baseUrl);
  const path = url?.pathname ?? '';
  if (!isFromHere(request, port)) response.writeHead(403).end('This server only accepts requests from this machine.');
  else if (!url) response.writeHead(400).end('The URL of the request cannot be parsed.');
  else if (path === '/api' || path.startsWith('/api/')) await answerApi(core, { url, request, response });
  else if (isDownload(path)) await answerDownload(core, { url, request, response });
  else if (page) await page.request({ url, request, response });
  else response.writeHead(404).end();
}

function upgrade(
  { core, page, port }: { core: Core; page: PageHandler | undefined; port: number },
  asked: Omit<Upgrade, 'url'>,
): void {
  const { request, socket } = asked;
  const url = urlOf(request, core.baseUrl);
  const isForGateway = url?.pathname.startsWith('/gateway') ?? false;
  if (!url || !isFromHere(request, port) || !(isForGateway || page?.upgrade)) socket.destroy();
  else if (!isForGateway) page?.upgrade?.({ ...asked, url });
  else if (core.faults.isDown) request.socket.resetAndDestroy();
  else acceptGateway(core, { ...asked, url });
}

function acceptGateway(core: Core, upgrade: Upgrade): void {
  const page = core.faults.takeGatewayPage();
  if (page) upgrade.socket.end(edgePageAsText(page));
  else core.gateway.accept(upgrade);
}

function keepRecords(events: EventHub): { requests: RequestRecord[]; violations: Violation[] } {
  const requests: RequestRecord[] = [];
  const violations: Violation[] = [];
  events.subscribe((event) => {
    if (event.kind === 'violation') keep(violations, event.violation);
    if (event.kind === 'request') keep(requests, event.request);
  });
  return { requests, violations };
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > RECORDS_KEPT) list.shift();
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
