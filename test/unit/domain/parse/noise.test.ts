import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../../src/domain/parse/decode-text.ts';
import { parseProxyFile } from '../../../../src/domain/parse/proxy-file.ts';
import { errorOf, OPTIONS, proxy, read, readAll, readOne, reasonOf } from './read.ts';

const LINE = '203.0.113.7:8080:ann:s3cret';
const ANN = proxy({ username: 'ann', password: 's3cret' });

describe('noise around a line', () => {
  test.each([
    ['blanks', `  ${LINE}\t `],
    ['a bullet -', `- ${LINE}`],
    ['a bullet *', `* ${LINE}`],
    ['a bullet •', `• ${LINE}`],
    ['a number', `1. ${LINE}`],
    ['a number with a bracket', `12) ${LINE}`],
    ['a quotation', `> ${LINE}`],
    ['a comment behind it', `${LINE} # my desk`],
    ['a comment behind a tab', `${LINE}\t#\tmy desk`],
    ['double quotes', `"${LINE}"`],
    ['quotes and a comma, as in a program', `  '${LINE}',`],
    ['backticks', `\`${LINE}\``],
    ['a fence in the same line', `\`\`\`${LINE}\`\`\``],
    ['a bullet and backticks', `* \`${LINE}\``],
    ['angle brackets', '<http://ann:s3cret@203.0.113.7:8080>'],
    ['typographic quotes', `“${LINE}”`],
    ['typographic quotes around fields', '„203.0.113.7“:8080:«ann»:‘s3cret’'],
    ['zero-width characters', `\u200b203.0.\u200d113.7:8080:ann:s3\u2060cret\ufeff`],
    ['no-break spaces', `\u00a0${LINE}\u202f`],
    ['a no-break space between fields', '203.0.113.7:8080\u00a0ann\u00a0s3cret'],
    ['direction marks', `\u202a${LINE}\u202c\u200e`],
  ])('%s', (_, text) => {
    expect(readOne(text)).toEqual(ANN);
  });

  test('comments, fences and empty lines are dropped and still count as lines', () => {
    const file = read(`# socks5\n// note\n\n\`\`\`text\n${LINE}\n   \n\`\`\`\n~~~\n${LINE}`);
    expect(file.rows.map((row) => [row.line, row.fields.type])).toEqual([
      [5, 'http'],
      [9, 'http'],
    ]);
    expect(file.rejected).toEqual([]);
  });

  test('a # that is no comment belongs to the password', () => {
    expect(readOne('203.0.113.7:8080:ann:s3#cret').password).toBe('s3#cret');
    expect(reasonOf('203.0.113.7:8080:ann:s3 #cret')).toContain('text after the proxy');
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('line ends are %s', (_, end) => {
    const file = read(['203.0.113.1:1', '', '203.0.113.2:1', '203.0.113.3:x', ''].join(end));
    expect(file.rows.map((row) => row.line)).toEqual([1, 3]);
    expect(file.rejected.map((row) => row.line)).toEqual([4]);
  });

  test('cells in quotes without a header', () => {
    expect(readOne('"203.0.113.7","8080","ann","s3,c""ret"')).toEqual(proxy({ username: 'ann', password: 's3,c"ret' }));
    expect(readOne('203.0.113.7:8080;"ann";"s3;cret"')).toEqual(proxy({ username: 'ann', password: 's3;cret' }));
  });
});

describe('encodings', () => {
  const text = `${LINE}\nhttp://203.0.113.8:80#Köln €`;
  const wide = (isLittle: boolean, mark: string) => {
    const bytes = Buffer.from(mark + text, 'utf16le');
    return isLittle ? bytes : bytes.swap16();
  };
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-16le', wide(true, '\ufeff')],
    ['utf-16be', wide(false, '\ufeff')],
    ['utf-16le', wide(true, '')],
    ['utf-16be', wide(false, '')],
    ['windows-1252', Buffer.from(text.replace('€', '\x80'), 'latin1')],
  ])('%s', (encoding, bytes) => {
    const file = parseProxyFile(bytes, OPTIONS);
    expect(file.encoding).toBe(encoding);
    expect(file.rows.map((row) => row.fields)).toEqual([
      ANN,
      proxy({ host: '203.0.113.8', port: 80, label: 'Köln €' }),
    ]);
  });

  test.each([
    ['UTF-16 of an odd length', wide(true, '\ufeff').subarray(0, -1), 'truncated'],
    ['UTF-16 without a mark, of an odd length', wide(false, '').subarray(0, -1), 'truncated'],
    ['half a surrogate pair', Buffer.from('\ufeffa\ud83d', 'utf16le'), 'truncated'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a byte order mark alone', Buffer.from('\ufeff'), 'empty'],
    ['blanks', Buffer.from(' \r\n\t\n'), 'empty'],
    ['a zip', Buffer.from('504b03041400000008', 'hex'), 'binary'],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'binary'],
    ['zeros', Buffer.alloc(100), 'binary'],
    [
      'noise',
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 131) & 255)),
      'binary',
    ],
  ])('%s is refused', (_, bytes, code) => {
    expect(errorOf(bytes).code).toBe(code);
  });

  test('a control character in one line rejects that line, not the file', () => {
    const file = read(`203.0.113.7:8080:an\u0007n:s3cret\n${LINE}`);
    expect(file.rejected).toEqual([
      {
        line: 1,
        reading: 'both',
        reason: expect.stringContaining('control characters'),
        text: '203.0.113.7:8080:•••:•••',
      },
    ]);
    expect(file.rows).toHaveLength(1);
  });

  test('a character that was lost before rejects its line', () => {
    expect(read('203.0.113.7:8080:ann:s3\ufffdcret').rejected).toHaveLength(1);
  });

  test('the mark is no part of the text', () => {
    expect(decodeText(Buffer.from('\ufeffx')).text).toBe('x');
  });
});

describe('limits', () => {
  test('a line of a million characters is rejected, and the next one read', () => {
    const file = read(`203.0.113.7:8080:ann:${'x'.repeat(1_000_000)}\n${LINE}`);
    expect(file.rejected).toMatchObject([{ line: 1, reason: expect.stringContaining('16,384 characters') }]);
    expect(file.rejected[0]?.text.length).toBeLessThanOrEqual(200);
    expect(file.rows.map((row) => row.line)).toEqual([2]);
  });

  test.each(['@', ':', ' ', '[', '1:', 'a@1:', '/1', '?cc=', '#a=', '"', '",', '`', '“', '::', '\u200b', '\t '])(
    'a file of lines full of %j is read to its end',
    (piece) => {
      const line = piece.repeat(16_000 / piece.length);
      const lines = [`203.0.113.7:8080:ann:${line.slice(0, 16_000)}`, `http://${line}`, ...Array(20).fill(line), LINE];
      expect(read(lines.join('\n')).rows.at(-1)).toMatchObject({ line: lines.length });
    },
  );

  test('a file over the rows is refused and told the limit', () => {
    const lines = (count: number) => `# note\n\n${`${LINE}\n`.repeat(count)}`;
    expect(readAll(lines(1200), { maxRows: 1200 })).toHaveLength(1200);
    expect(errorOf(lines(1201), { maxRows: 1200 })).toMatchObject({
      code: 'too_many_rows',
      message: expect.stringContaining('1,200'),
    });
    expect(errorOf('x\n'.repeat(11), { maxRows: 10 }).code).toBe('too_many_rows');
  });

  test.each([
    '# only a comment',
    'socks5:\n',
    'host,port\n',
    'host;port;user\n\n',
    '[]',
    '# proxy-ops-export v1\nhost,port\n',
  ])('a file of headers only (%j) is refused', (text) => {
    expect(errorOf(text).code).toBe('no_rows');
  });
});
