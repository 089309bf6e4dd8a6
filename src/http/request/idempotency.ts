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
    .describe('Chosen by you; a repetition with the same key gets the first answer, for a day'),
});

/**
 * Does the work of a request once for its `Idempotency-Key`, and answers a repetition with the first answer. Faults are not kept: a
 * program that got one may try again.
 *
 * @param asked what the request asks for, beside its method and address
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
