import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.ts';
import { HttpProblem } from '../server/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a file, in one of the ways below. */
    upload?: boolean;
  }
}

/** A file as an import reads it. */
export interface Upload {
  /** Its ending says whether it must be JSON; null where nothing is known of it. */
  name: string | null;
  bytes: Buffer;
}

export const MAX_UPLOAD_BYTES = 25 * 1024 * 1024;

/** What may be sent as it is, and the name that it then goes under. */
const NAMES: Record<string, string | null> = {
  'text/plain': null,
  'text/csv': 'import.csv',
  'text/tab-separated-values': 'import.tsv',
  'application/json': 'import.json',
  'application/gzip': 'import.csv.gz',
};

const file = { type: 'string', contentMediaType: 'application/octet-stream' };
/** The same for the documentation. */
export const UPLOAD_BODY = {
  content: {
    'text/plain': { schema: { type: 'string', minLength: 1, description: 'One a line' } },
    'text/csv': { schema: { type: 'string', minLength: 1, description: 'With a header, or one a line' } },
    'text/tab-separated-values': { schema: { type: 'string', minLength: 1 } },
    'application/json': { schema: { type: 'array', items: { type: 'object' }, description: 'As an export has it' } },
    'application/gzip': { schema: file },
    'multipart/form-data': { schema: { type: 'object', properties: { file }, required: ['file'] } },
  },
};

/** Takes files as bodies, within a scope of its own. */
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

/** The file of a request. @throws UserError where there is none, HttpProblem where the form cannot be read */
export async function uploadOf(request: FastifyRequest): Promise<Upload> {
  const body = request.isMultipart() ? await filePart(request) : (request.body as Upload | undefined);
  if (body?.bytes?.length) return body;
  throw new UserError('no_source', 'There is no file in the body.');
}

async function filePart(request: FastifyRequest): Promise<Upload | undefined> {
  try {
    let found: Upload | undefined;
    // To its end: a second file is over a limit, and must not be left out in silence.
    for await (const part of request.files()) found = { name: part.filename || null, bytes: await part.toBuffer() };
    return found;
  } catch (error) {
    // What is over a limit has a code; what is no form at all is a bare error of the parser.
    if (error instanceof Error && 'code' in error) throw error;
    throw new HttpProblem(400, { code: 'bad_form', detail: 'The form cannot be read.' });
  }
}
