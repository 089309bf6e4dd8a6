import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { read, readAll } from './read.ts';

const OPEN = 'proxy.example.com:8080:gate.example.com:9090';

describe('a line with two readings', () => {
  test('is open where it stands alone: both readings are given, masked', () => {
    const file = read(OPEN);
    expect(file.choice).toEqual({
      taken: 'first',
      lines: 1,
      first: { form: 'host:port:user:password', example: 'proxy.example.com:•••:•••:•••' },
      second: { form: 'user:password:host:port', example: '•••:•••:gate.example.com:•••' },
    });
    expect(
      file.rows.map(({ line, reading, fields }) => [
        line,
        reading,
        fields.host,
        fields.port,
        fields.username,
        fields.password,
      ]),
    ).toEqual([
      [1, 'first', 'proxy.example.com', 8080, 'gate.example.com', '9090'],
      [1, 'second', 'gate.example.com', 9090, 'proxy.example.com', '8080'],
    ]);
  });

  test.each([
    ['proxy.example.com:8080:ann:s3cret', 'proxy.example.com'],
    ['ann:s3cret:gate.example.com:9090', 'gate.example.com'],
  ])('is decided by %s', (other, host) => {
    const file = read(`${OPEN}\n${other}\n203.0.113.9:80`);
    expect(file.choice).toBeNull();
    expect(file.rows.map((row) => [row.line, row.reading, row.fields.host])).toEqual([
      [1, 'both', host],
      [2, 'both', host],
      [3, 'both', '203.0.113.9'],
    ]);
  });

  test('stays open where the others disagree, and the reading that more lines have is taken', () => {
    const first = '203.0.113.1:80:ann:s3cret';
    const last = 'ann:s3cret:203.0.113.2:80';
    expect(read([OPEN, first, last, last].join('\n')).choice).toMatchObject({ taken: 'second', lines: 1 });
    expect(read([OPEN, first, first, last].join('\n')).choice).toMatchObject({ taken: 'first', lines: 1 });
    expect(read([OPEN, first, last].join('\n')).choice).toMatchObject({ taken: 'first', lines: 1 });
  });

  test('is decided by a form that fits more of the open lines and all that the other fits', () => {
    const both = 'a.example.com:80:b.example.com:81';
    const mail = 'a.example.com:80:ann@b.example.com:81';
    const file = read(`${both}\n${mail}`);
    expect(file.choice).toBeNull();
    expect(file.rows.map((row) => row.fields.username)).toEqual(['b.example.com', 'ann@b.example.com']);
  });

  test.each([
    ['203.0.113.7:8080:ann@x.com:1234', 'host:port:user:password', 'user:password@host:port'],
    ['203.0.113.7:8080@a.example.com:99', 'host:port@user:password', 'user:password@host:port'],
    ['203.0.113.7:8080@ann:b.example.com:81', 'host:port@user:password', 'user:password:host:port'],
    ['203.0.113.7:8080;ann;s3:cret', 'host:port;user;password', 'host:port;user:password'],
    ['203.0.113.7:8080 ann s3:cret', 'host:port user password', 'host:port user:password'],
  ])('%s: %s or %s', (line, first, second) => {
    expect(read(line).choice).toMatchObject({ first: { form: first }, second: { form: second } });
  });

  test('the batch tells the separators of a mixed line', () => {
    expect(readAll('203.0.113.7:8080;ann;s3:cret\n203.0.113.8:8080;ben;x')[0]).toMatchObject({
      username: 'ann',
      password: 's3:cret',
    });
    expect(readAll('203.0.113.7:8080;ann:s3;cret\n203.0.113.8:8080;ben:x')[0]).toMatchObject({
      username: 'ann',
      password: 's3;cret',
    });
  });

  test('a private host in one reading is rejected in that reading alone', () => {
    const file = read('gate.example.com:8080:10.0.0.1:9090');
    expect(file.rows.map((row) => [row.reading, row.fields.host])).toEqual([['first', 'gate.example.com']]);
    expect(file.rejected).toEqual([
      { line: 1, reading: 'second', reason: expect.stringContaining('10.0.0.0/8'), text: '•••:•••:10.0.0.1:•••' },
    ]);
  });

  test('more than two ways to read it are a reason to reject it', () => {
    const file = read('a.example.com:80 b:c d:b.example.com:81');
    expect(file.rows).toEqual([]);
    expect(file.rejected[0]?.reason).toBe('It can be read in more than two ways.');
  });

  test('a host that may be a word does not stand against one that cannot', () => {
    expect(readAll('203.0.113.7:8080:ann:1234')[0]).toMatchObject({ host: '203.0.113.7', password: '1234' });
    expect(readAll('ann:1234:203.0.113.7:8080', { isPrivateAllowed: true })[0]).toMatchObject({ host: '203.0.113.7' });
    expect(read('squid:3128:ann:1234', { isPrivateAllowed: true }).choice).not.toBeNull();
    expect(readAll('squid:3128:ann:1234\nsquid:3128:ann:s3cret', { isPrivateAllowed: true })).toHaveLength(2);
  });
});

describe('a fifth field', () => {
  test('is a country where every fifth field of the batch is a code', () => {
    const countries = readAll('203.0.113.1:1:a:b:DE\n203.0.113.2:1:a:b\n203.0.113.3:1:a:b:US').map(
      (fields) => fields.country,
    );
    expect(countries).toEqual(['DE', null, 'US']);
  });

  test('belongs to the password where one of them is none', () => {
    const passwords = readAll('203.0.113.1:1:a:b:DE\n203.0.113.2:1:a:b\n203.0.113.3:1:a:b:c').map(
      (fields) => fields.password,
    );
    expect(passwords).toEqual(['b:DE', 'b', 'b:c']);
  });
});

describe('the name before a change-IP link', () => {
  const link = '[https://api.example.com/r]';

  test('is told by every line with a link having one field more', () => {
    const labels = readAll(
      `203.0.113.1:1:a:b:Berlin 1${link}\n203.0.113.2:1:a:b:Berlin 2${link}\n203.0.113.3:1:a:b`,
    ).map((fields) => fields.label);
    expect(labels).toEqual(['Berlin 1', 'Berlin 2', null]);
  });

  test('is open where only some have it: it may be the end of a password', () => {
    const file = read(`203.0.113.1:1:a:b:c${link}\n203.0.113.2:1:a:b${link}`);
    expect(file.choice).toMatchObject({
      lines: 1,
      first: { form: 'host:port:user:password:name[link]' },
      second: { form: 'host:port:user:password[link]' },
    });
    expect(file.rows.map((row) => [row.line, row.reading, row.fields.password, row.fields.label])).toEqual([
      [1, 'first', 'b', 'c'],
      [1, 'second', 'b:c', null],
      [2, 'both', 'b', null],
    ]);
  });

  test('is a country where all of them are', () => {
    expect(readAll(`203.0.113.1:1:a:b:DE${link}`)[0]).toMatchObject({ country: 'DE', label: null });
  });

  test('keeps to the length of a label', () => {
    const long = 'x'.repeat(101);
    for (const head of ['203.0.113.1:1:a:b', 'a:b@203.0.113.1:1']) {
      expect(read(`${head}:${long}${link}`).rejected[0]?.reason).toBe('The label must be at most 100 characters long.');
    }
  });
});

describe('a slash behind the password of a URL', () => {
  test('is the end of the URL where every such URL has it, else the end of the password', () => {
    expect(readAll('http://203.0.113.1:1:a:b/\nhttp://203.0.113.2:1:a:c/').map((fields) => fields.password)).toEqual([
      'b',
      'c',
    ]);
    expect(readAll('http://203.0.113.1:1:a:b/\nhttp://203.0.113.2:1:a:c').map((fields) => fields.password)).toEqual([
      'b/',
      'c',
    ]);
  });
});

test('every line is a row or a rejection, once, or once in each reading', () => {
  const piece = fc.constantFrom(
    ...[
      '203.0.113.7',
      'a.example.com',
      '[2001:db8::7]',
      '10.0.0.1',
      'ann',
      's3cret',
      '8080',
      '99',
      'DE',
      'x@y.example',
      'socks5',
      'http://',
      '(socks4)',
    ],
    ...[
      ':',
      ':',
      ':',
      ':',
      '@',
      ';',
      ',',
      '|',
      ' ',
      '\t',
      '/',
      '#',
      '?cc=DE',
      '[https://a.example/]',
      '"',
      '“',
      '::',
      '- ',
      '[',
      ']',
      'é',
      '\u200b',
      '\u0007',
    ],
  );
  const line = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => `x${pieces.join('')}`.slice(1));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.boolean(), (lines, isPrivateAllowed) => {
      // The first line keeps the file from being JSON or empty.
      const file = read(['203.0.113.1:1', `# ${'-'.repeat(200)}`, ...lines].join('\n'), { isPrivateAllowed });
      const seen = new Map<number, string[]>();
      for (const { line: number, reading } of [...file.rows, ...file.rejected]) {
        seen.set(number, [...(seen.get(number) ?? []), reading].sort());
      }
      for (const readings of seen.values()) expect([['both'], ['first', 'second']]).toContainEqual(readings);
      expect([...seen.keys()].every((number) => number <= lines.length + 2)).toBe(true);
      const open = [...seen.values()].filter((readings) => readings.length === 2).length;
      expect(file.choice?.lines ?? 0).toBe(open);
    }),
    { numRuns: 2000 },
  );
});
