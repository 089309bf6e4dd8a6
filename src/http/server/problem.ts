import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { isDatabaseAway } from '../../services/shared/database-status.ts';
import { type HttpCode, STATUS_OF } from './error-status.ts';

/** What went wrong, as RFC 9457 has it. `code` is stable, for programs; `detail` is for people. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('The name of the status'),
    status: z.int(),
    code: z.string().describe('Stable: programs may go by it'),
    detail: z.string(),
    ref: z.string().optional().describe('Stands in the log beside the fault'),
    errors: z.array(z.object({ pointer: z.string().describe('Where in the request'), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

type Problem = z.output<typeof problem>;
/** What is said of a problem beside its status. */
export type Said = Omit<Problem, 'type' | 'title' | 'status' | 'code'> & { code: HttpCode };

/** A refusal of the HTTP layer itself; services refuse with a `UserError`. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly said: Said;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, said: Said, headers: Record<string, string> = {}) {
    super(said.detail);
    this.status = status;
    this.said = said;
    this.headers = headers;
  }
}

const ONE_FILE: [number, HttpCode, string] = [400, 'bad_form', 'The form is to hold one file and nothing else.'];

/** What fastify refuses before a handler runs. Its own words may repeat what was sent, so ours take their place. */
const REFUSED: Record<string, [number, HttpCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'media_type', 'This Content-Type is not taken here.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too_large', 'The body is too large.'],
  FST_REQ_FILE_TOO_LARGE: [413, 'too_large', 'The file is too large.'],
  FST_PARTS_LIMIT: ONE_FILE,
  FST_FILES_LIMIT: ONE_FILE,
  FST_FIELDS_LIMIT: ONE_FILE,
  FST_ERR_BAD_URL: [400, 'bad_url', 'The address cannot be read.'],
};

const NEXT_TRY_S = '5';

/** The problem document of an error, and the headers that go with it. Only faults of ours are logged here. */
export function toProblem(error: unknown, request: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof UserError) {
    const headers = error.code === 'key_busy' ? { 'retry-after': '1' } : {};
    return new HttpProblem(STATUS_OF[error.code], { code: error.code, detail: error.message }, headers);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request');
    const errors = error.validation.map((each) => ({
      pointer: `/${where}${each.instancePath === '/' ? '' : each.instancePath}`.slice(0, 200),
      detail: (each.message ?? 'is not valid').slice(0, 300),
    }));
    return new HttpProblem(400, { code: 'invalid', detail: 'The request does not fit the schema.', errors });
  }
  const [status, code, detail] = REFUSED[codeOf(error)] ?? [];
  if (status !== undefined && code && detail) return new HttpProblem(status, { code, detail });
  if (isDatabaseAway(error)) {
    request.log.warn({ err: error }, 'a request found no database');
    return new HttpProblem(
      503,
      { code: 'database_away', detail: 'The database cannot be reached.' },
      { 'retry-after': NEXT_TRY_S },
    );
  }
  const sent = statusOf(error);
  if (sent !== undefined) return new HttpProblem(sent, { code: 'bad_request', detail: 'The request cannot be read.' });
  const ref = randomBytes(4).toString('hex');
  request.log.error({ err: error, ref }, 'a request failed');
  return new HttpProblem(500, { code: 'fault', detail: 'Something went wrong.', ref });
}

/** Fastify's own refusals carry a status below 500. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The document as it is sent. */
export function problemBody({ status, said }: Pick<HttpProblem, 'status' | 'said'>): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, ...said });
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Sends a problem document. */
export function sendProblem(reply: FastifyReply, refused: HttpProblem): FastifyReply {
  return reply
    .code(refused.status)
    .headers(refused.headers)
    .header('content-type', PROBLEM_TYPE)
    .serializer((body: string) => body)
    .send(problemBody(refused));
}
