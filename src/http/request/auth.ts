import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, TokenService } from '../../services/vps/token-service.ts';
import { HttpProblem } from '../server/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token came with the request; undefined where none did that is accepted. */
    caller: Caller | undefined;
  }
  interface FastifyContextConfig {
    /** Who may use the route. */
    access?: Access;
  }
}

/** Anybody; whoever has a token; the operator alone; or, for metrics, a program on this machine too. */
export type Access = 'public' | 'any' | 'operator' | 'local';

const BEARER = /^Bearer +([\w\-.~+/]{1,512}=*)$/i;
const CHALLENGE = 'Bearer realm="proxy-ops"';
/** A relay on this machine says for whom it asks; then it is not this machine that asks. */
const RELAYED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** What a browser was lured to by a name that resolves to this machine carries that name. */
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** Finds out whose token each request carries. It refuses nobody: what was sent is counted first (see `limits.ts`). */
export function identifyCallers(app: FastifyInstance, tokens: TokenService): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.access === 'public') return;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined) request.caller = await tokens.identify(token);
  });
}

/**
 * Refuses whoever may not use the route. A route that does not say who may use it is the operator's. It runs behind the rate limit,
 * so that wrong tokens are counted, and before the body is read.
 */
export function authoriseCallers(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const refusal = refusalOf(request);
    if (refusal) done(refusal);
    else done(null, payload);
  });
}

function refusalOf(request: FastifyRequest): HttpProblem | undefined {
  const access = request.routeOptions.config.access ?? 'operator';
  if (request.is404 || access === 'public' || (access === 'local' && isFromThisMachine(request))) return undefined;
  if (!request.caller) {
    const detail = 'Send a token that is accepted, as Authorization: Bearer …';
    return new HttpProblem(401, { code: 'no_token', detail }, { 'www-authenticate': CHALLENGE });
  }
  if (access === 'any' || request.caller.kind === 'operator') return undefined;
  const detail = 'The token of a VPS reads and reports the proxies of its own accounts, and nothing else.';
  return new HttpProblem(403, { code: 'not_allowed', detail });
}

/** The caller of a route that lets nobody in without a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('the route lets anybody in');
  return request.caller;
}

function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    RELAYED.every((name) => headers[name] === undefined)
  );
}
