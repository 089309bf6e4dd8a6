import { gunzipSync } from 'node:zlib';
import { FileError } from '../domain/parse/file-error.ts';

const MAX_UNPACKED_MIB = 100;
const GZIP_MAGIC = [0x1f, 0x8b];

/** The bytes of a file that may be packed with gzip. @throws FileError if they are too many, or damaged */
export function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_MIB * 1024 * 1024 });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? new FileError('file_too_large', `The unpacked file is larger than ${MAX_UNPACKED_MIB} MiB, which is the limit.`)
      : new FileError('file_broken', 'The compressed file is damaged or incomplete.');
  }
}
