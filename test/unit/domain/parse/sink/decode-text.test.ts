import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../../../src/domain/parse/decode-text.ts';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function decoded(bytes: Uint8Array): string[] {
  try {
    const { text, encoding } = decodeText(bytes);
    return [encoding, text];
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [error.code, error.message];
  }
}

const BINARY = ['binary', 'Unsupported file. Use .txt, .csv, .tsv, .json or .csv.gz; save a spreadsheet as CSV first.'];
const BROKEN = ['truncated', 'The UTF-16 file ends in the middle of a character. Upload it again.'];
/** Text of so many bytes that begins with others. */
const filled = (length: number, ...others: number[]) =>
  Buffer.concat([Buffer.from(others), Buffer.alloc(length - others.length, 97)]);
const times = (count: number, byte: number) => Array.from({ length: count }, () => byte);

test.each([
  ['61', 'utf-8', 'a'],
  ['c3a9', 'utf-8', 'é'],
  ['efbbbf 61', 'utf-8', 'a'],
  ['61 e9', 'windows-1252', 'aé'],
  ['80 93', 'windows-1252', '€“'],
  ['ff61', 'windows-1252', 'ÿa'],
  ['61fe', 'windows-1252', 'aþ'],
  ['fe61', 'windows-1252', 'þa'],
  ['61ff', 'windows-1252', 'aÿ'],
  ['fffe 6100 e900', 'utf-16le', 'aé'],
  ['feff 0061 00e9', 'utf-16be', 'aé'],
  ['6100 6200', 'utf-16le', 'ab'],
  ['0061 0062', 'utf-16be', 'ab'],
  ['fffe', 'utf-16le', ''],
  ['fffe 3dd8 00de', 'utf-16le', '\u{1f600}'],
])('the bytes %s are %s', (hex, encoding, text) => {
  expect(decoded(bytesOf(hex))).toEqual([encoding, text]);
});

test('a file without bytes is empty', () => {
  expect(decoded(Buffer.alloc(0))).toEqual(['empty', 'The file is empty.']);
});

test.each(['504b0304', '1f8b', '25504446', '89504e47', 'ffd8ff', 'd0cf11e0', '53514c6974'])(
  'a file that begins with %s is no text',
  (hex) => {
    expect(decoded(filled(100, ...bytesOf(hex)))).toEqual(BINARY);
    expect(decoded(filled(100, 97, ...bytesOf(hex)))).not.toEqual(BINARY);
  },
);

test('rich text is named', () => {
  expect(decoded(Buffer.from('{\\rtf1 x}'))).toEqual([
    'binary',
    'The file is rich text (RTF). Save it as plain text (.txt).',
  ]);
  expect(decoded(Buffer.from(' {\\rtf1 x}'))).toEqual(['utf-8', ' {\\rtf1 x}']);
  expect(decoded(Buffer.from('{\\rt'))).toEqual(['utf-8', '{\\rt']);
});

describe('UTF-16 that breaks off', () => {
  test.each(['fffe 6100 62', 'feff 0061 00', 'fffe 3dd8', '6100 6200 63', 'fffe 00de 6100'])('as %s', (hex) => {
    expect(decoded(bytesOf(hex))).toEqual(BROKEN);
  });
});

test.each(['fffe 6100 0000 6200', 'fffe 6100 ffff', 'fffe 6100 feff fffe', 'feff 0061 fffe'])(
  'UTF-16 with what no text has is binary: %s',
  (hex) => {
    expect(decoded(bytesOf(hex))).toEqual(BINARY);
  },
);

test('what no text has is looked for in the first 65,536 characters of UTF-16', () => {
  const text = (length: number) => decoded(Buffer.from(`\ufeff${'a'.repeat(length)}\0`, 'utf16le'))[0];
  expect([text(65_535), text(65_536)]).toEqual(['binary', 'utf-16le']);
});

describe('zero bytes', () => {
  /** Bytes of which so many at even and at odd places are 0. */
  const zeros = (even: number, odd: number) => {
    const bytes = Buffer.alloc(100, 97);
    for (let at = 0; at < even; at++) bytes[98 - at * 2] = 0;
    for (let at = 0; at < odd; at++) bytes[at * 2 + 1] = 0;
    return decoded(bytes)[0];
  };

  test('at three tenths of the places or more, nearly all at every other one, show UTF-16', () => {
    expect([zeros(0, 30), zeros(0, 31), zeros(3, 31), zeros(4, 31)]).toEqual([
      'binary',
      'utf-16le',
      'utf-16le',
      'binary',
    ]);
    expect([zeros(30, 0), zeros(31, 0), zeros(31, 3), zeros(31, 4)]).toEqual([
      'binary',
      'utf-16be',
      'utf-16be',
      'binary',
    ]);
    expect([zeros(40, 4), zeros(4, 40)]).toEqual(['binary', 'binary']);
  });
});

describe('control characters', () => {
  test('are a tenth of a text at most, and a twentieth of one in another encoding', () => {
    for (const byte of [0, 1, 8, 11, 12, 14, 31, 127]) {
      expect([byte, decoded(filled(100, ...times(10, byte)))[0]]).toEqual([byte, 'utf-8']);
      expect([byte, decoded(filled(100, ...times(11, byte)))]).toEqual([byte, BINARY]);
      expect([byte, decoded(filled(100, 233, ...times(5, byte)))[0]]).toEqual([byte, 'windows-1252']);
      expect([byte, decoded(filled(100, 233, ...times(6, byte)))]).toEqual([byte, BINARY]);
    }
  });

  test('do not include line ends, tabs, blanks and letters', () => {
    for (const byte of [9, 10, 13, 32, 126])
      expect([byte, decoded(filled(100, ...times(60, byte)))[0]]).toEqual([byte, 'utf-8']);
    expect(decoded(filled(100, ...times(60, 128)))[0]).toBe('windows-1252');
  });

  test('are looked for in the first 65,536 bytes', () => {
    const end = (length: number) => decoded(Buffer.concat([Buffer.alloc(length, 97), Buffer.alloc(10_000, 1)]))[0];
    expect([end(50_000), end(65_536)]).toEqual(['binary', 'utf-8']);
  });
});
