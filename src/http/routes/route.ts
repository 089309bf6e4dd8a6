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

/** A fastify instance whose schemas are zod's. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const DESCRIPTIONS: Record<number, string> = {
  400: 'Invalid request',
  401: 'Missing or invalid token',
  403: 'Not allowed with a VPS token',
  404: 'Not found; `code` has the reason',
  409: 'Conflicts with the current state',
  413: 'Too large',
  414: 'A name or number in the URL is too long',
  415: 'Unsupported Content-Type',
  422: 'Unprocessable file, or an Idempotency-Key that was used for another request',
  429: 'Too many requests; see Retry-After',
  500: 'Internal error; `ref` identifies it in the log',
  502: 'The provider of the source refused, or could not be read',
  503: 'The bot is busy, or the database is unavailable; see Retry-After',
};

type Refusals<S extends number> = Record<
  S,
  { description: string; content: { 'application/problem+json': { schema: typeof problem } } }
>;

/** Documents the errors of a public route. */
export function openRefusals<S extends number>(...statuses: S[]): Refusals<S> {
  const entry = (status: number) => ({
    description: DESCRIPTIONS[status] ?? 'A problem',
    content: { 'application/problem+json': { schema: problem } },
  });
  return Object.fromEntries(statuses.map((status) => [status, entry(status)])) as Refusals<S>;
}

/** Documents the errors of a route with a token: the given ones and those of all such routes. */
export function refusals<S extends number>(...statuses: S[]): Refusals<S | 401 | 403 | 429 | 500 | 503> {
  return openRefusals<S | 401 | 403 | 429 | 500 | 503>(...statuses, 401, 403, 429, 500, 503);
}

/** Documents a successful response. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}

/** Marks routes that require a token in the documentation. */
export const BY_TOKEN: { bearer: string[] }[] = [{ bearer: [] }];
/** Marks public routes. */
export const OPEN: Record<string, string[]>[] = [];
