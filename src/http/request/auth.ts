import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, TokenService } from '../../services/vps/token-service.ts';
import { HttpProblem } from '../server/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The owner of the request's token; undefined without a valid token. */
    caller: Caller | undefined;
  }
  interface FastifyContextConfig {
    /** Who may use the route; the operator by default. */
    access?: Access;
  }
}

/** Everyone; every token; the operator only; or the operator and programs on this machine. */
export type Access = 'public' | 'any' | 'operator' | 'local';

const BEARER = /^Bearer +([\w\-.~+/]{1,512}=*)$/i;
const CHALLENGE = 'Bearer realm="proxy-ops"';
/** Headers of a proxy on this machine, which forwards requests of others. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Rejects names that resolve to this machine (DNS rebinding), with which a browser could be tricked. */
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** Identifies the owner of each request's token. It refuses nothing, since rates are limited first (see `limits.ts`). */
export function identifyCallers(app: FastifyInstance, tokens: TokenService): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.access === 'public') return;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined) request.caller = await tokens.identify(token);
  });
}

/**
 * Refuses callers that may not use the route; by default, only the operator may. It runs after the rate limit, so that invalid tokens
 * are counted, and before the body is read.
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
    const detail = 'Send a valid token: Authorization: Bearer …';
    return new HttpProblem(401, { code: 'no_token', detail }, { 'www-authenticate': CHALLENGE });
  }
  if (access === 'any' || request.caller.kind === 'operator') return undefined;
  const detail = 'A VPS token can only read and report the proxies of its own accounts.';
  return new HttpProblem(403, { code: 'not_allowed', detail });
}

/** The caller of a route that requires a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('the route does not require a token');
  return request.caller;
}

function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    FORWARDED.every((name) => headers[name] === undefined)
  );
}
