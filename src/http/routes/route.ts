import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { problem } from '../server/problem.ts';

/** Where routes are added; their schemas are zod's. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const WORDS: Record<number, string> = {
  400: 'The request does not fit',
  401: 'No token that is accepted',
  403: 'The token of a VPS may not do this',
  404: 'There is none, and why',
  409: 'Not as things stand now',
  413: 'Too large',
  415: 'This type of content is not taken',
  422: 'The Idempotency-Key stands for another request',
  429: 'Too many requests; see Retry-After',
  500: 'A fault of the bot; its `ref` stands in the log',
  503: 'The database is away; see Retry-After',
};

type Refusals<S extends number> = Record<
  S,
  { description: string; content: { 'application/problem+json': { schema: typeof problem } } }
>;

/** The refusals of a route that anybody may use, for its documentation. */
export function openRefusals<S extends number>(...statuses: S[]): Refusals<S> {
  const entry = (status: number) => ({
    description: WORDS[status] ?? 'A problem',
    content: { 'application/problem+json': { schema: problem } },
  });
  return Object.fromEntries(statuses.map((status) => [status, entry(status)])) as Refusals<S>;
}

/** The same of a route behind a token: those that are named, and what all of these answer. */
export function refusals<S extends number>(...statuses: S[]): Refusals<S | 401 | 403 | 429 | 500 | 503> {
  return openRefusals<S | 401 | 403 | 429 | 500 | 503>(...statuses, 401, 403, 429, 500, 503);
}

/** A successful answer with the words that the documentation has for it. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}

/** What routes behind a token are marked with in the documentation. */
export const BY_TOKEN: { bearer: string[] }[] = [{ bearer: [] }];
/** What may be reached without one. */
export const OPEN: Record<string, string[]>[] = [];
