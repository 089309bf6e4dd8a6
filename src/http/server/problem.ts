import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ErrorCode } from '../../base/error-codes.ts';
import { userErrorIn } from '../../base/errors.ts';
import { isDatabaseAway } from '../../services/shared/database-status.ts';
import { type HttpCode, STATUS_OF } from './error-status.ts';

/** Problem details (RFC 9457). `code` is stable, for programs; `detail` is for people. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('Name of the HTTP status'),
    status: z.int(),
    code: z.string().describe('Stable error code for programs'),
    detail: z.string(),
    ref: z.string().optional().describe('Reference of an internal error in the log'),
    errors: z
      .array(z.object({ pointer: z.string().describe('Location in the request'), detail: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem' });

type Problem = z.output<typeof problem>;
/** A problem without its status. */
export type ProblemContent = Omit<Problem, 'type' | 'title' | 'status' | 'code'> & { code: HttpCode };

/** An error of the HTTP layer; services throw a `UserError`. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly content: ProblemContent;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, content: ProblemContent, headers: Record<string, string> = {}) {
    super(content.detail);
    this.status = status;
    this.content = content;
    this.headers = headers;
  }
}

const ONE_FILE: [number, HttpCode, string] = [
  400,
  'bad_form',
  'The form must contain exactly one file and nothing else.',
];

/** Errors of fastify before a handler runs. Its messages may quote the request, so they are replaced. */
const REFUSED: Record<string, [number, HttpCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'media_type', 'This Content-Type is not supported here.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too_large', 'The body is too large.'],
  FST_REQ_FILE_TOO_LARGE: [413, 'too_large', 'The file is too large.'],
  FST_PARTS_LIMIT: ONE_FILE,
  FST_FILES_LIMIT: ONE_FILE,
  FST_FIELDS_LIMIT: ONE_FILE,
  FST_ERR_MAX_PARAM_LENGTH: [414, 'url_too_long', 'A name or number in the URL is too long.'],
  FST_ERR_BAD_URL: [400, 'bad_url', 'The URL is invalid.'],
};

const NEXT_TRY_S = '5';
/** Errors after which the same request can succeed soon, with the seconds until then. */
const RETRY_AFTER: Partial<Record<ErrorCode, string>> = { assignments_busy: '5', busy: '10', key_busy: '1' };

const UNCERTAIN = 'It is not certain whether the change took effect. Check before you repeat it.';

/** Whether a request that failed may have changed something all the same. */
export function mayHaveChanged({ effects }: FastifyRequest): boolean {
  return effects?.mayExist ?? false;
}

/** The problem details of an error, with headers. Only internal errors are logged here. */
export function toProblem(error: unknown, request: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const shown = userErrorIn(error);
  if (shown) {
    const seconds = RETRY_AFTER[shown.code];
    const headers = seconds === undefined ? {} : { 'retry-after': seconds };
    return new HttpProblem(STATUS_OF[shown.code], { code: shown.code, detail: shown.message }, headers);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const part = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request');
    const errors = error.validation.map((each) => ({
      pointer: `/${part}${each.instancePath === '/' ? '' : each.instancePath}`.slice(0, 200),
      detail: (each.message ?? 'is not valid').slice(0, 300),
    }));
    return new HttpProblem(400, { code: 'invalid', detail: 'The request does not match the schema.', errors });
  }
  const [status, code, detail] = REFUSED[codeOf(error)] ?? [];
  if (status !== undefined && code && detail) return new HttpProblem(status, { code, detail });
  if (isDatabaseAway(error)) {
    request.log.warn({ err: error }, 'a request failed because the database is unavailable');
    return mayHaveChanged(request)
      ? new HttpProblem(503, { code: 'database_away', detail: `The database is unavailable. ${UNCERTAIN}` })
      : new HttpProblem(
          503,
          { code: 'database_away', detail: 'The database is unavailable.' },
          { 'retry-after': NEXT_TRY_S },
        );
  }
  const sent = statusOf(error);
  if (sent !== undefined)
    return new HttpProblem(sent, { code: 'bad_request', detail: 'The request cannot be parsed.' });
  const ref = randomBytes(4).toString('hex');
  request.log.error({ err: error, ref }, 'a request failed');
  const certain = mayHaveChanged(request) ? UNCERTAIN : 'Nothing was changed.';
  return new HttpProblem(500, { code: 'fault', detail: `Something went wrong. ${certain}`, ref });
}

/** The status of fastify's own errors, if below 500. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The body of the problem details. */
export function problemBody({ status, content }: Pick<HttpProblem, 'status' | 'content'>): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, ...content });
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Sends problem details. */
export function sendProblem(reply: FastifyReply, refused: HttpProblem): FastifyReply {
  return reply
    .code(refused.status)
    .headers(refused.headers)
    .header('content-type', PROBLEM_TYPE)
    .serializer((body: string) => body)
    .send(problemBody(refused));
}
