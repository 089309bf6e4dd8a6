import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.ts';
import { HttpProblem } from '../server/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a file of one of the types below. */
    upload?: boolean;
  }
}

/** An uploaded file. */
export interface Upload {
  /** Its extension determines whether it must be JSON; null if unknown. */
  name: string | null;
  bytes: Buffer;
}

export const MAX_UPLOAD_BYTES = 25 * 1024 * 1024;

/** Accepted content types, with the file name that each implies. */
const NAMES: Record<string, string | null> = {
  'text/plain': null,
  'text/csv': 'import.csv',
  'text/tab-separated-values': 'import.tsv',
  'application/json': 'import.json',
  'application/gzip': 'import.csv.gz',
};

const file = { type: 'string', contentMediaType: 'application/octet-stream' };
/** The body in the documentation. */
export const UPLOAD_BODY = {
  content: {
    'text/plain': { schema: { type: 'string', minLength: 1, description: 'One entry per line' } },
    'text/csv': { schema: { type: 'string', minLength: 1, description: 'With a header row, or one entry per line' } },
    'text/tab-separated-values': { schema: { type: 'string', minLength: 1 } },
    'application/json': {
      schema: { type: 'array', items: { type: 'object' }, description: 'In the format of an export' },
    },
    'application/gzip': { schema: file },
    'multipart/form-data': { schema: { type: 'object', properties: { file }, required: ['file'] } },
  },
};

/** Accepts files as request bodies within the scope of `app`. */
export async function takeUploads(app: FastifyInstance): Promise<void> {
  app.removeContentTypeParser('application/json');
  const take = (request: FastifyRequest, bytes: Buffer) => {
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    return { name: NAMES[type] ?? null, bytes } satisfies Upload;
  };
  app.addContentTypeParser(
    Object.keys(NAMES),
    { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES },
    async (request: FastifyRequest, bytes: Buffer) => take(request, bytes),
  );
  await app.register(multipart, { limits: { files: 1, fields: 0, parts: 1, fileSize: MAX_UPLOAD_BYTES } });
}

/** The file of a request. @throws UserError if there is none, HttpProblem if the form cannot be parsed */
export async function uploadOf(request: FastifyRequest): Promise<Upload> {
  const body = request.isMultipart() ? await filePart(request) : (request.body as Upload | undefined);
  if (body?.bytes?.length) return body;
  throw new UserError('no_source', 'The request body contains no file.');
}

async function filePart(request: FastifyRequest): Promise<Upload | undefined> {
  try {
    let found: Upload | undefined;
    // Read to its end, so that a second file exceeds the limit and is not ignored silently.
    for await (const part of request.files()) found = { name: fileName(part.filename), bytes: await part.toBuffer() };
    return found;
  } catch (error) {
    // An exceeded limit has a code; a body that is not a form is a plain error of the parser.
    if (error instanceof Error && 'code' in error) throw error;
    throw new HttpProblem(400, { code: 'bad_form', detail: 'The form cannot be parsed.' });
  }
}

/** The name of an uploaded file, which is stored; null if it has none. */
function fileName(sent: string | undefined): string | null {
  return sent?.toWellFormed().replaceAll('\0', '') || null;
}
