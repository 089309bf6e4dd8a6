import { describe, expect, test } from 'vitest';
import type { ParsedFile } from '../../../../../src/domain/parse/parsed-file.ts';
import { read } from '../read.ts';

/** The proxies in a file of one line: type, host, port, and credentials, country and link if it has any; of two readings, each. */
function said({ rows, rejected }: ParsedFile): string[] {
  const found = rows.map(({ reading, fields }) => {
    const { type, host, port, username, password, country, changeIpUrl } = fields;
    return [
      ...(reading === 'both' ? [] : [reading]),
      ...[type, host, port],
      ...(username === null ? [] : ['as', JSON.stringify(username)]),
      ...(password === null ? [] : ['with', JSON.stringify(password)]),
      ...(country === null ? [] : ['in', country]),
      ...(changeIpUrl === null ? [] : ['changed by', changeIpUrl]),
    ].join(' ');
  });
  return [...found, ...rejected.flatMap(({ reading }) => (reading === 'both' ? [] : [`${reading} rejected`]))];
}

describe('a line alone', () => {
  test.each([
    ['203.0.113.7 : 8080[https://api.example.com/r]', 'http 203.0.113.7 8080 changed by https://api.example.com/r'],
    ['203.0.113.7 8080[https://api.example.com/r]', 'http 203.0.113.7 8080 changed by https://api.example.com/r'],
    ['ann@x.example:12345@203.0.113.7:8080', 'http 203.0.113.7 8080 as "ann@x.example" with "12345"'],
    ['203.0.113.7:8080|ann:pw|x|y', 'http 203.0.113.7 8080 as "ann" with "pw|x|y"'],
    ['203.0.113.7:8080:user:x:y:z', 'http 203.0.113.7 8080 as "user" with "x:y:z"'],
    ['203.0.113.7:8080:ann:pw=x', 'http 203.0.113.7 8080 as "ann" with "pw=x"'],
    ['203.0.113.7:8080:x:a', 'http 203.0.113.7 8080 as "x" with "a"'],
    ['203.0.113.7 8080 - -', 'http 203.0.113.7 8080'],
    ['203.0.113.7:8080::pw', 'http 203.0.113.7 8080 with "pw"'],
    ['203.0.113.7:8080:ann:', 'http 203.0.113.7 8080 as "ann"'],
    ['203.0.113.7:8080@:pw', 'http 203.0.113.7 8080 with "pw"'],
    [':pw@203.0.113.7:8080', 'http 203.0.113.7 8080 with "pw"'],
    ['ann:@203.0.113.7:8080', 'http 203.0.113.7 8080 as "ann"'],
    ['http://ann@203.0.113.7:8080', 'http 203.0.113.7 8080 as "ann"'],
    ['http://ann:@203.0.113.7:8080', 'http 203.0.113.7 8080 as "ann"'],
    ['[2001:db8::7]:8080:ann:pw', 'http 2001:db8::7 8080 as "ann" with "pw"'],
    ['ann:pw@[2001:db8::7]:8080', 'http 2001:db8::7 8080 as "ann" with "pw"'],
    ['203.0.113.7:8080:ann:pw\tDE', 'http 203.0.113.7 8080 as "ann" with "pw" in DE'],
    ['12 203.0.113.7:8080:ann:pw', 'http 203.0.113.7 8080 as "ann" with "pw"'],
    ['12: 203.0.113.7:8080:ann:pw', 'http 203.0.113.7 8080 as "ann" with "pw"'],
    ['12;203.0.113.7;8080;ann;pw', 'http 203.0.113.7 8080 as "ann" with "pw"'],
    ['DE;203.0.113.7;8080;ann;pw', 'http 203.0.113.7 8080 as "ann" with "pw" in DE'],
    ['socks5;203.0.113.7;8080;ann;pw', 'socks5 203.0.113.7 8080 as "ann" with "pw"'],
    ['203.0.113.7;8080;ann;pw;socks5;DE', 'socks5 203.0.113.7 8080 as "ann" with "pw" in DE'],
    ['203.0.113.7|8080|ann|pw:x', 'http 203.0.113.7 8080 as "ann" with "pw:x"'],
    ['203.0.113.7,8080,,', 'http 203.0.113.7 8080'],
    ['ann:p:w@203.0.113.7:8080', 'http 203.0.113.7 8080 as "ann" with "p:w"'],
    ['ann:p@w@203.0.113.7:8080', 'http 203.0.113.7 8080 as "ann" with "p@w"'],
    ['ann:pw:203.0.113.7:8080:DE', 'http 203.0.113.7 8080 as "ann" with "pw" in DE'],
    ['socks5://ann:pw:203.0.113.7:1080', 'socks5 203.0.113.7 1080 as "ann" with "pw"'],
    ['socks5://203.0.113.7:1080:ann:p:w', 'socks5 203.0.113.7 1080 as "ann" with "p:w"'],
    ['socks5://203.0.113.7:1080@ann:pw', 'socks5 203.0.113.7 1080 as "ann" with "pw"'],
    ['socks5 203.0.113.7:1080@ann:pw', 'socks5 203.0.113.7 1080 as "ann" with "pw"'],
    ['203.0.113.7:1080@ann:pw@socks5', 'socks5 203.0.113.7 1080 as "ann" with "pw"'],
    ['(socks5)203.0.113.7:1080:ann:pw', 'socks5 203.0.113.7 1080 as "ann" with "pw"'],
    ['[socks5] 203.0.113.7:1080:ann:pw', 'socks5 203.0.113.7 1080 as "ann" with "pw"'],
    ['gate.example.com:8080:ann:pw', 'http gate.example.com 8080 as "ann" with "pw"'],
    ['ann:pw:gate.example.com:8080', 'http gate.example.com 8080 as "ann" with "pw"'],
    ['ann.example:pw:gate.example.com:9090', 'http gate.example.com 9090 as "ann.example" with "pw"'],
    ['gate.example.com:9090:ann.example:pw', 'http gate.example.com 9090 as "ann.example" with "pw"'],
    ['203.0.113.7:08080', 'http 203.0.113.7 8080'],
    ['203.0.113.7:65535', 'http 203.0.113.7 65535'],
    ['203.0.113.7:8080:9090:pw', 'http 203.0.113.7 8080 as "9090" with "pw"'],
  ])('%j is %s', (line, proxy) => {
    const file = read(line);
    expect([said(file), file.choice, file.rejected]).toEqual([[proxy], null, []]);
  });

  test.each([
    ['socks5 gate.example.com 1080', ['first socks5 gate.example.com 1080', 'second rejected']],
    [
      'socks5 gate.example.com 1080 alice pw',
      ['first socks5 gate.example.com 1080 as "alice" with "pw"', 'second rejected'],
    ],
    ['gate.example.com 1080', ['first http gate.example.com 1080', 'second rejected']],
    ['gate.example.com 1080 alice pw', ['first http gate.example.com 1080 as "alice" with "pw"', 'second rejected']],
    [
      'http://203.0.113.7 8080 alice:pw',
      ['first http 203.0.113.7 8080 as "alice" with "pw"', 'second http 203.0.113.7 8080'],
    ],
    [
      'a.example:12345@b.example:8080',
      [
        'first http a.example 12345 as "b.example" with "8080"',
        'second http b.example 8080 as "a.example" with "12345"',
      ],
    ],
    [
      'https://a.example:12345@b.example:8080',
      [
        'first https a.example 12345 as "b.example" with "8080"',
        'second https b.example 8080 as "a.example" with "12345"',
      ],
    ],
    [
      'https://a.example:12345:b.example:8080',
      [
        'first https a.example 12345 as "b.example" with "8080"',
        'second https b.example 8080 as "a.example" with "12345"',
      ],
    ],
    [
      '203.0.113.7:8080;ann:pw;DE',
      ['first http 203.0.113.7 8080 as "ann" with "pw" in DE', 'second http 203.0.113.7 8080 in DE'],
    ],
    [
      '203.0.113.7:8080,ann:p,w:x',
      ['first http 203.0.113.7 8080 as "ann:p" with "w:x"', 'second http 203.0.113.7 8080 as "ann" with "p,w:x"'],
    ],
    ['ann:pw;203.0.113.7:8080', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second rejected']],
    ['203.0.113.7:8080:DE:a', ['first http 203.0.113.7 8080 as "DE" with "a"', 'second http 203.0.113.7 8080']],
    ['203.0.113.7:8080 ann:pw', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second http 203.0.113.7 8080']],
    ['203.0.113.7:8080 ann pw', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second http 203.0.113.7 8080']],
    ['203.0.113.7:8080|ann|pw', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second http 203.0.113.7 8080']],
    ['203.0.113.7|8080|ann:pw', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second http 203.0.113.7 8080']],
    ['ann;pw;203.0.113.7;8080', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second rejected']],
    ['ann:pw 203.0.113.7:8080', ['first http 203.0.113.7 8080 as "ann" with "pw"', 'second rejected']],
    [
      'ann.example:8080:gate.example.com:9090',
      [
        'first http ann.example 8080 as "gate.example.com" with "9090"',
        'second http gate.example.com 9090 as "ann.example" with "8080"',
      ],
    ],
    ['203.0.113.7:8080:ann:pw:DE:US', ['second http 203.0.113.7 8080 as "ann" with "pw:DE:US"', 'first rejected']],
  ])('%j has two readings: %j', (line, readings) => {
    const file = read(line);
    expect([said(file), file.choice === null]).toEqual([readings, false]);
  });

  test.each([
    'word gate.example.com 1080',
    'my socks5 gate.example.com 1080',
    '203.0.113.7 : 8080#Berlin',
    'http://alice:pw 203.0.113.7:8080',
    'http://203.0.113.7:8080 alice:pw',
    '203.0.113.7:8080;ann:p;w;DE',
    ';pw;203.0.113.7;8080',
    '203.0.113.7:8080:user:ann:pass:pw',
    '203.0.113.7:8080:login:ann:password:pw',
    '203.0.113.7:8080:ann:pw:country=DE',
    '203.0.113.7:8080:ann:pw?type=socks5',
    '203.0.113.7:8080:ann:pw{Desk}',
    '203.0.113.7:8080:user=ann:pass=pw',
    '203.0.113.7:8080 : ann : pw',
    '203.0.113.7 8080 ann pw DE',
    '203.0.113.7\t8080\t\tpw',
    '203.0.113.7\t8080\tann\t',
    'ann@203.0.113.7:8080',
    'ann:pw@203.0.113.7:8080:x:y',
    'squid:3128',
    'squid:3128:ann:pw',
    'page 2',
    'Page: 2',
    '12:30',
    '0x1.2.3.4:80',
    '2001:db8::7:8080',
    '203.0.113.7:8080 (ann:pw)',
    '203.0.113.7:8080\tann\tpw\tDE\tresidential',
    'a b 203.0.113.7:8080',
    '203.0.113.7;8080;socks5;ann;pw',
    '203.0.113.7:8080 ann pw DE',
    '203.0.113.7:8080 note:12ms',
    '203.0.113.7 8080 note:12ms',
    '203.0.113.7,8080,ann,pw,DE,residential',
    '203.0.113.7,8080,,pw',
    '203.0.113.7;8080;ann pw;x',
    'ann pw 203.0.113.7 8080',
    '203.0.113.7:8080:198.51.100.7:80',
    '198.51.100.7:80@203.0.113.7:8080',
    '198.51.100.7:80:203.0.113.7:8080',
    '203.0.113.7:0',
    '203.0.113.7:65536',
    '203.0.113.7:8080:ann:pw:socks5:http',
  ])('%j is rejected', (line) => {
    const file = read(line);
    expect([file.rows, file.choice, file.rejected.length]).toEqual([[], null, 1]);
  });
});
