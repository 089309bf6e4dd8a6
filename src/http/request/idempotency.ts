import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { IdempotencyService } from '../../services/idempotency-service.ts';
import { PROBLEM_TYPE, problemBody, toProblem } from '../server/problem.ts';
import { callerOf } from './auth.ts';
import { SINGLE_LINE } from './schemas.ts';

export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .regex(SINGLE_LINE)
    .optional()
    .describe('Chosen by the client. A repeated request with the same key gets the first response, for one day'),
});

/**
 * Handles a request once per `Idempotency-Key` and answers repetitions with the first response. Internal errors are not stored, so that
 * the client can retry.
 *
 * @param asked the content of the request, besides method and URL
 */
export async function once(
  idempotency: IdempotencyService,
  { request, reply, asked }: { request: FastifyRequest; reply: FastifyReply; asked: Buffer | string },
  work: () => Promise<unknown>,
): Promise<unknown> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return work();
  const keyed = { caller: callerOf(request).actor.id, key, request: fingerprint(request, asked) };
  const before = await idempotency.claim(keyed);
  if (before) {
    const type = before.status < 400 ? 'application/json; charset=utf-8' : PROBLEM_TYPE;
    return reply
      .code(before.status)
      .headers({ 'content-type': type, 'idempotent-replayed': 'true' })
      .serializer((body: string) => body)
      .send(before.body);
  }
  try {
    const answer = await work();
    await idempotency.settle(keyed, { status: reply.statusCode, body: JSON.stringify(answer) });
    return answer;
  } catch (error) {
    const refused = toProblem(error, request);
    if (refused.status < 500) await idempotency.settle(keyed, { status: refused.status, body: problemBody(refused) });
    else await idempotency.release(keyed);
    throw refused;
  }
}

function fingerprint({ method, url }: FastifyRequest, asked: Buffer | string): string {
  return createHash('sha256').update(`${method} ${url}\n`).update(asked).digest('base64url');
}
