import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

/** Requests per minute. A VPS with 600 accounts can poll each of them every six seconds. */
const MOST = { operator: 60_000, vps: 6_000, anonymous: 300 } as const;

/** Limits the rate by token, or by address if the request has no valid token. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    timeWindow: 60_000,
    max: ({ caller }: FastifyRequest) => MOST[caller?.kind ?? 'anonymous'],
    keyGenerator: ({ caller, ip }: FastifyRequest) => caller?.actor.id ?? `address:${ip}`,
    // The headers are sent with a refusal only.
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { after }) =>
      new HttpProblem(429, { code: 'too_many_requests', detail: `Too many requests. Retry in ${after}.` }),
  });
}
