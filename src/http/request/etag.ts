import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** `If-None-Match` names entity tags with commas between them; weak ones compare like strong ones (RFC 9110, section 13.1.2). */
const TAGS = /(?:W\/)?"([^"]*)"/g;

/** For a list: a tag of the answer, and 304 without a body for whoever has that answer already. */
export async function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode !== 200 || typeof payload !== 'string') return payload;
  const tag = createHash('sha256').update(payload).digest('base64url').slice(0, 27);
  reply.header('etag', `"${tag}"`);
  const known = request.headers['if-none-match'] ?? '';
  const isKnown = known.trim() === '*' || [...known.matchAll(TAGS)].some(([, each]) => each === tag);
  if (!isKnown) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return '';
}
