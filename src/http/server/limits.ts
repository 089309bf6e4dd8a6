import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

/** Requests a minute. A VPS with 600 accounts may look at each of them every six seconds. */
const MOST = { operator: 60_000, vps: 6_000, nobody: 300 } as const;

/** Counts by token, and by address where there is none that is accepted. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    timeWindow: 60_000,
    max: ({ caller }: FastifyRequest) => MOST[caller?.kind ?? 'nobody'],
    keyGenerator: ({ caller, ip }: FastifyRequest) => caller?.actor.id ?? `address:${ip}`,
    // Said only where it matters: with the refusal.
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { after }) =>
      new HttpProblem(429, { code: 'too_many_requests', detail: `Too many requests; go on in ${after}.` }),
  });
}
