import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { UserError } from '../base/errors.ts';
import type { Upload } from '../discord/define/command.ts';
import type { ViewFile } from '../kit/view.ts';

const compress = promisify(gzip);

/**
 * A file that can be sent here: unchanged, or compressed if it is over the limit. Every file passes here, and waits for its turn, so
 * that many at once do not fill the memory.
 *
 * @param content makes the text when it is the file's turn, as a whole or in parts
 * @throws UserError if it is too large even when compressed
 */
export async function packFile(
  name: string,
  content: (() => string) | AsyncIterable<string>,
  { maxBytes: limit, turn }: Upload,
): Promise<ViewFile> {
  await turn();
  const data = await gather(content);
  if (data.length <= limit) return { name, data };
  const packed = await compress(data);
  if (packed.length <= limit) return { name: `${name}.gz`, data: packed };
  const size = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  throw new UserError(
    'file_too_large',
    `The file is ${size(packed.length)} even when compressed; the limit here is ${size(limit)}.`,
    'Narrow the filter.',
  );
}

/** Batches of a list as the parts of one CSV file with a header. */
export async function* csvParts<Row>(
  batches: AsyncIterable<readonly Row[]>,
  toCsv: (batch: readonly Row[], withHeader: boolean) => string,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const batch of batches) {
    yield toCsv(batch, isFirst);
    isFirst = false;
  }
}

async function gather(content: (() => string) | AsyncIterable<string>): Promise<Buffer> {
  if (typeof content === 'function') return Buffer.from(content());
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
