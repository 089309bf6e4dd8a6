import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { issue } from '../checks/issue.ts';
import type { SentFile } from '../checks/message.ts';
import { storedName } from '../state/state.ts';
import { refusals } from './errors.ts';

/** Maximum size of a request with all its files. */
const LARGEST_REQUEST = 128 * 1024 * 1024;

export interface RequestBody {
  json: unknown;
  files: SentFile[];
}

/** Reads JSON, or `payload_json` with `files[0]`, `files[1]`, …; anything else is refused. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readMultipart(request);
  const bytes = await readAll(request);
  if (bytes.length === 0) return { json: undefined, files: [] };
  if (!type.startsWith('application/json')) {
    throw refusals.invalidModal([issue(['_content_type'], 'CONTENT_TYPE', `Expected JSON, got "${type}".`)]);
  }
  return { json: parseJson(bytes.toString('utf8')), files: [] };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_REQUEST) throw refusals.tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readMultipart(request: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const files: SentFile[] = [];
    let payload: string | undefined;
    const parser = multipartParser(request);
    const refusePart = (name: string) =>
      reject(refusals.invalidModal([issue([name], 'UNKNOWN_PART', 'Expected payload_json and files[0], files[1], …')]));
    parser.on('field', (name, value) => {
      if (name === 'payload_json') payload = value;
      else refusePart(name);
    });
    parser.on('file', (name, stream, { filename, mimeType }) => {
      const index = /^files\[(\d+)\]$/.exec(name)?.[1];
      if (index === undefined) refusePart(name);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const isSpecific = mimeType !== 'application/octet-stream';
        const name = storedName(filename ?? '');
        const data = Buffer.concat(chunks);
        files.push({ index: index ?? '', name, data, ...(isSpecific ? { contentType: mimeType } : {}) });
      });
    });
    parser.on('error', () => reject(malformed()));
    parser.on('close', () => {
      try {
        resolve({ json: payload === undefined ? {} : parseJson(payload), files });
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
    request.pipe(parser);
  });
}

/** @throws DiscordError if the headers name no boundary */
function multipartParser({ headers }: IncomingMessage): busboy.Busboy {
  const limits = { fileSize: LARGEST_REQUEST, fieldSize: LARGEST_REQUEST };
  try {
    return busboy({ headers, defParamCharset: 'utf8', limits });
  } catch {
    throw malformed();
  }
}

const malformed = () => refusals.invalidModal([issue([], 'MULTIPART', 'Malformed multipart body.')]);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidJson();
  }
}
