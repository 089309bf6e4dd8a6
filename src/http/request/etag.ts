import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Entity tags of `If-None-Match`, separated by commas; weak ones compare like strong ones (RFC 9110, section 13.1.2). */
const TAGS = /(?:W\/)?"([^"]*)"/g;

/** Adds an `ETag` to a response, and answers 304 without a body if the client already has that response. */
export async function addEtag(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode !== 200 || typeof payload !== 'string') return payload;
  const tag = createHash('sha256').update(payload).digest('base64url').slice(0, 27);
  reply.header('etag', `"${tag}"`);
  const known = request.headers['if-none-match'] ?? '';
  const isKnown = known.trim() === '*' || [...known.matchAll(TAGS)].some(([, each]) => each === tag);
  if (!isKnown) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return '';
}
