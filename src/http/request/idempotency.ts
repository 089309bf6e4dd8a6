import { createHash, randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ignoring } from '../../base/ignoring.ts';
import type { Answer, IdempotencyService, Keep } from '../../services/idempotency-service.ts';
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

/** A request that changes something. It is divided where its changes are noted, so that an answer can be made from the note alone. */
export interface OnceOnly<W> {
  /** The content of the request, besides method and URL. */
  asked: Buffer | string;
  /** The shape of the note. */
  kept: z.ZodType<W>;
  /** Does what must not be done twice. With a key, it has to call `keep` once: in its transaction, or before anything is changed. */
  work(keep: Keep<W>): Promise<W>;
  /** The answer. What this does besides, it can do again. */
  answer(work: W): Promise<unknown>;
}

/**
 * Handles a request once per `Idempotency-Key` and answers repetitions with the first response. Internal errors are not stored: a
 * repetition begins where the first attempt has ended.
 */
export async function once<W>(
  idempotency: IdempotencyService,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  only: OnceOnly<W>,
): Promise<unknown> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return only.answer(await only.work(async () => undefined));
  const keyed = {
    caller: callerOf(request).actor.id,
    key,
    request: fingerprint(request, only.asked),
    attempt: randomUUID(),
  };
  const claim = await idempotency.claim(keyed);
  if ('answer' in claim) return replay(reply, claim.answer);
  const store = async (status: number, body: string) => {
    await idempotency.settle(keyed, { status, body }).catch(async (err: unknown) => {
      request.log.warn({ err }, 'an answer was not stored under its Idempotency-Key; a repetition makes it again');
      await idempotency.release(keyed).catch(ignoring('the key is released after some minutes'));
    });
  };
  try {
    const isRepeated = claim.work !== null;
    const work = isRepeated
      ? only.kept.parse(claim.work)
      : await only.work((done, tx) => idempotency.keep(keyed, done, tx));
    if (isRepeated) reply.header('idempotent-replayed', 'true');
    const answer = await only.answer(work);
    await store(reply.statusCode, JSON.stringify(answer));
    return answer;
  } catch (error) {
    const refused = toProblem(error, request);
    if (refused.status < 500) await store(refused.status, problemBody(refused));
    else await idempotency.release(keyed).catch(ignoring('the key is released after some minutes'));
    throw refused;
  }
}

function replay(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  const type = status < 400 ? 'application/json; charset=utf-8' : PROBLEM_TYPE;
  return reply
    .code(status)
    .headers({ 'content-type': type, 'idempotent-replayed': 'true' })
    .serializer((text: string) => text)
    .send(body);
}

function fingerprint({ method, url }: FastifyRequest, asked: Buffer | string): string {
  return createHash('sha256').update(`${method} ${url}\n`).update(asked).digest('base64url');
}
