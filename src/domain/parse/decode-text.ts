import { FileError } from './file-error.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface DecodedText {
  text: string;
  encoding: Encoding;
}
/** `{\\rtf`. */
const RICH_TEXT = '7b5c727466';

const SAMPLE_BYTES = 65_536;
/** Text in a legacy encoding has next to no control characters; compressed data has an eighth. */
const MAX_CONTROL_SHARE = { text: 0.1, bytes: 0.05 };

/** The first bytes of files that people take for lists: zip (also xlsx), gzip, PDF, PNG, JPEG, old Excel, SQLite. */
const MAGIC = ['504b0304', '1f8b', '25504446', '89504e47', 'ffd8ff', 'd0cf11e0', '53514c6974'];

/**
 * Decodes UTF-8, UTF-16 in both byte orders (with a byte order mark or without) and Windows-1252, which is what is left when the
 * bytes are no UTF-8. The byte order mark is not part of the text.
 *
 * @throws FileError for an empty file, a binary one, and UTF-16 that breaks off
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length === 0) throw new FileError('empty', 'The file is empty.');
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const hex = Buffer.from(sample.subarray(0, 8)).toString('hex');
  if (hex.startsWith(RICH_TEXT)) {
    throw new FileError('binary', 'The file is rich text (RTF). Save it as plain text (.txt).');
  }
  if (MAGIC.some((magic) => hex.startsWith(magic))) throw binary();
  const wide = wideEncoding(sample);
  if (wide) return { text: decodeWide(bytes, wide), encoding: wide };
  const share = controlShare(sample);
  if (share > MAX_CONTROL_SHARE.text) throw binary();
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (share > MAX_CONTROL_SHARE.bytes) throw binary();
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  }
}

function binary(): FileError {
  return new FileError(
    'binary',
    'Unsupported file. Use .txt, .csv, .tsv, .json or .csv.gz; save a spreadsheet as CSV first.',
  );
}

/** UTF-16 by its mark, or by the zero bytes that half of plain text in it consists of. */
function wideEncoding(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  const zeros = { even: 0, odd: 0 };
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2 === 0 ? 'even' : 'odd']++;
  const { even, odd } = zeros;
  const most = sample.length * 0.3;
  if (odd > most && even * 10 < odd) return 'utf-16le';
  return even > most && odd * 10 < even ? 'utf-16be' : null;
}

function decodeWide(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): string {
  const broken = new FileError('truncated', 'The UTF-16 file ends in the middle of a character. Upload it again.');
  if (bytes.length % 2 !== 0) throw broken;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (/[\0\ufffe\uffff]/.test(text.slice(0, SAMPLE_BYTES))) throw binary();
    return text;
  } catch (error) {
    throw error instanceof FileError ? error : broken;
  }
}

/** The share of bytes that are control characters, line ends and tabs aside. */
function controlShare(sample: Uint8Array): number {
  let controls = 0;
  for (const byte of sample) {
    if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) controls++;
  }
  return controls / sample.length;
}
