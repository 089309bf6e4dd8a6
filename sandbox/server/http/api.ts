import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import type { RequestFault } from '../faults.ts';
import { ROUTES } from '../rest/routes.ts';
import type { RequestRecord } from '../state/events.ts';
import { readBody } from './body.ts';
import { answerWithEdgePage } from './edge-page.ts';
import { DiscordError, refusals } from './errors.ts';
import type { Exchange } from './request-url.ts';
import { type ApiReply, findRoute, type Route } from './router.ts';

const PAGE_TYPE = 'text/html; charset=utf-8';
/** Far above what tests send; the sandbox limits rates on demand only. */
const REQUESTS_PER_SECOND = 1_000;

/** Answers the requests of the bot: `/api/v10/…`. */
export async function answerApi(core: Core, { url, request, response }: Exchange): Promise<void> {
  if (core.faults.silenced) await core.faults.silenced.then(() => request.socket.resetAndDestroy());
  if (core.faults.isDown) request.socket.resetAndDestroy();
  if (request.socket.destroyed) return;
  const [, version, path = '/'] = /^\/api(?:\/v(\d+))?(\/.*)?$/.exec(url.pathname) ?? [];
  const record: RequestRecord = {
    id: core.state.ids.next(),
    at: core.clock.now(),
    method: request.method ?? 'GET',
    path: withoutTokens(path),
    status: 0,
    tookMs: 0,
    body: undefined,
    files: [],
  };
  const startedAt = performance.now();
  const fault = core.faults.take(`${record.method} ${path}`);
  if (fault?.kind === 'edge-page') {
    request.resume();
    record.status = fault.status;
    answerWithEdgePage(response, fault);
    return core.state.events.emit({ kind: 'request', request: record });
  }
  const found = findRoute(ROUTES, record.method, path);
  const reply =
    fault && fault.kind !== 'lost-answer'
      ? await meetFault(fault, request)
      : await respond(core, request, record, { query: url.searchParams, found, version });
  record.status = reply.status;
  record.tookMs = performance.now() - startedAt;
  if (fault?.kind === 'lost-answer') request.socket.resetAndDestroy();
  else send(response, reply, typeof found === 'object' ? found.route : undefined);
  core.state.events.emit({ kind: 'request', request: record });
}

interface Reply extends ApiReply {
  headers?: Record<string, string>;
}

/** The parts of a request's address. */
interface Target {
  query: URLSearchParams;
  found: ReturnType<typeof findRoute>;
  version: string | undefined;
}

async function respond(
  core: Core,
  request: IncomingMessage,
  record: RequestRecord,
  { query, found, version }: Target,
): Promise<Reply> {
  try {
    if (version !== undefined && version !== '10') throw refusals.wrongVersion();
    if (!found) throw refusals.unknownRoute();
    if (found === 'wrong-method') throw refusals.wrongMethod();
    const authorization = request.headers.authorization;
    const isAccepted = authorization === `Bot ${core.botToken}` && !core.faults.isTokenRevoked;
    if (found.route.needsBotToken && !isAccepted) throw refusals.unauthorized();
    const { json, files } = await readBody(request);
    record.body = json;
    record.files = files.map((file) => file.name);
    if (files.some((file) => file.data.length > core.attachmentSizeLimit)) throw refusals.tooLarge();
    return await found.route.handle({ core, params: found.params, query, body: json, files });
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    return refuse(core, record, error);
  } finally {
    // The rest of a rejected body must be read, so that the connection can be reused.
    request.resume();
  }
}

function refuse(core: Core, record: RequestRecord, error: DiscordError): Reply {
  record.refusal = { code: error.code, message: [error.message, ...error.details].join(' ') };
  core.state.events.emit({
    kind: 'violation',
    violation: {
      at: record.at,
      where: `${record.method} ${record.path}`,
      status: error.status,
      code: error.code,
      message: error.message,
      details: error.details,
    },
  });
  const limited = { 'retry-after': String(error.retryAfter), 'x-ratelimit-scope': 'user' };
  return {
    status: error.status,
    body: error.toBody(),
    ...(error.retryAfter === undefined ? {} : { headers: limited }),
  };
}

async function meetFault(
  fault: Exclude<RequestFault, { kind: 'lost-answer' | 'edge-page' }>,
  request: IncomingMessage,
): Promise<Reply> {
  request.resume();
  if (fault.kind === 'failure') {
    return {
      status: fault.status,
      body: { message: 'Discord does not carry out this request.', code: fault.code ?? 0 },
    };
  }
  const seconds = fault.retryAfterMs / 1000;
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: fault.global ?? false },
    headers: {
      'retry-after': String(seconds),
      'x-ratelimit-scope': fault.global ? 'global' : 'user',
      ...(fault.global ? { 'x-ratelimit-global': 'true' } : { 'x-ratelimit-remaining': '0' }),
      ...(fault.global ? {} : { 'x-ratelimit-reset-after': String(seconds) }),
    },
  };
}

function send(response: ServerResponse, reply: Reply, matched: Route | undefined): void {
  const bucket = createHash('md5').update(`${matched?.method} ${matched?.path}`).digest('hex');
  const headers = {
    via: '1.1 sandbox',
    'x-ratelimit-bucket': bucket,
    'x-ratelimit-limit': String(REQUESTS_PER_SECOND),
    'x-ratelimit-remaining': String(REQUESTS_PER_SECOND - 1),
    'x-ratelimit-reset-after': '1.000',
    ...reply.headers,
  };
  // Discord declares a type for replies without content as well.
  if (reply.body === undefined) response.writeHead(reply.status, { ...headers, 'content-type': PAGE_TYPE }).end();
  else
    response
      .writeHead(reply.status, { ...headers, 'content-type': 'application/json' })
      .end(JSON.stringify(reply.body));
}

/** Tokens are secrets, and the page shows the log. */
function withoutTokens(path: string): string {
  return path.replace(/^(\/(?:interactions|webhooks)\/\d+\/)[^/]+/, '$1…');
}
