import { expect, test } from 'vitest';
import type { ParsedFile } from '../../../../../src/domain/parse/parsed-file.ts';
import { read } from '../read.ts';

/** The proxy in each line of a file, with its readings if it has two. */
function said({ rows, rejected }: ParsedFile): string[] {
  const found = rows.map(({ line, reading, fields }) => {
    const { type, host, port, username, password, country, label } = fields;
    const words = [
      ...[type, host, port],
      ...(username === null ? [] : ['as', JSON.stringify(username)]),
      ...(password === null ? [] : ['with', JSON.stringify(password)]),
      ...(country === null ? [] : ['in', country]),
      ...(label === null ? [] : ['called', label]),
    ];
    return { line, reading, words };
  });
  const refused = rejected.map(({ line, reading }) => ({ line, reading, words: ['rejected'] }));
  return [...found, ...refused]
    .sort((a, b) => a.line - b.line)
    .map(({ line, reading, words }) => [`${line}:`, ...(reading === 'both' ? [] : [reading]), ...words].join(' '));
}

test.each([
  [
    'ann.example:8080:gate.example.com:9090\nben:pw:gate.example.com:9091',
    ['1: http gate.example.com 9090 as "ann.example" with "8080"', '2: http gate.example.com 9091 as "ben" with "pw"'],
  ],
  [
    'ann.example:8080:gate.example.com:9090\ngate.example.com:9091:ben:pw',
    ['1: http ann.example 8080 as "gate.example.com" with "9090"', '2: http gate.example.com 9091 as "ben" with "pw"'],
  ],
  [
    'ann.example:8080:gate.example.com:9090\nben.example:8081:gate.example.com:9091',
    [
      '1: first http ann.example 8080 as "gate.example.com" with "9090"',
      '1: second http gate.example.com 9090 as "ann.example" with "8080"',
      '2: first http ben.example 8081 as "gate.example.com" with "9091"',
      '2: second http gate.example.com 9091 as "ben.example" with "8081"',
    ],
  ],
  [
    '203.0.113.7:8080:DE:a\n203.0.113.8:8080:US:b',
    [
      '1: first http 203.0.113.7 8080 as "DE" with "a"',
      '1: second http 203.0.113.7 8080',
      '2: first http 203.0.113.8 8080 as "US" with "b"',
      '2: second http 203.0.113.8 8080',
    ],
  ],
  [
    '203.0.113.7:8080:DE:a\n203.0.113.8:8080:ann:pw',
    ['1: http 203.0.113.7 8080 as "DE" with "a"', '2: http 203.0.113.8 8080 as "ann" with "pw"'],
  ],
  [
    '203.0.113.7:8080:DE:a\n203.0.113.8:8080:ann:pw\n203.0.113.9:8080:ben:pw2',
    [
      '1: http 203.0.113.7 8080 as "DE" with "a"',
      '2: http 203.0.113.8 8080 as "ann" with "pw"',
      '3: http 203.0.113.9 8080 as "ben" with "pw2"',
    ],
  ],
  ['203.0.113.7:8080:DE\n203.0.113.8:8080:US', ['1: http 203.0.113.7 8080 in DE', '2: http 203.0.113.8 8080 in US']],
  [
    '203.0.113.7:8080:ann:pw:DE\n203.0.113.8:8080:ben:pw2:US',
    ['1: http 203.0.113.7 8080 as "ann" with "pw" in DE', '2: http 203.0.113.8 8080 as "ben" with "pw2" in US'],
  ],
  [
    '203.0.113.7:8080:ann:pw:DE\n203.0.113.8:8080:ben:pw2:xyz',
    ['1: http 203.0.113.7 8080 as "ann" with "pw:DE"', '2: http 203.0.113.8 8080 as "ben" with "pw2:xyz"'],
  ],
  [
    '203.0.113.7:8080:ann:pw:DE\n203.0.113.8:8080:ben:pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw" in DE', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    '203.0.113.7:8080:ann:a:DE\n203.0.113.8:8080:ben:b:DE\n203.0.113.9:8080:cara:c',
    [
      '1: http 203.0.113.7 8080 as "ann" with "a" in DE',
      '2: http 203.0.113.8 8080 as "ben" with "b" in DE',
      '3: http 203.0.113.9 8080 as "cara" with "c"',
    ],
  ],
  [
    '203.0.113.7:8080 ann:pw\n203.0.113.8:8080 ben:pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    '203.0.113.7:8080 ann:pw\n203.0.113.8:8080 US',
    [
      '1: first http 203.0.113.7 8080 as "ann" with "pw"',
      '1: second http 203.0.113.7 8080',
      '2: http 203.0.113.8 8080 in US',
    ],
  ],
  [
    '203.0.113.7:8080 ann:pw\n203.0.113.8:8080',
    [
      '1: first http 203.0.113.7 8080 as "ann" with "pw"',
      '1: second http 203.0.113.7 8080',
      '2: http 203.0.113.8 8080',
    ],
  ],
  [
    '203.0.113.7:8080 ann pw\n203.0.113.8:8080 ben pw2\n203.0.113.9:8080 cara pw3',
    [
      '1: http 203.0.113.7 8080 as "ann" with "pw"',
      '2: http 203.0.113.8 8080 as "ben" with "pw2"',
      '3: http 203.0.113.9 8080 as "cara" with "pw3"',
    ],
  ],
  [
    '203.0.113.7 8080 ann pw\n203.0.113.8 8080 ben pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'gate.example.com 1080\ngate.example.com 1081\ngate.example.com 1082',
    [
      '1: first http gate.example.com 1080',
      '1: second rejected',
      '2: first http gate.example.com 1081',
      '2: second rejected',
      '3: first http gate.example.com 1082',
      '3: second rejected',
    ],
  ],
  ['gate.example.com 1080\n203.0.113.8:1081', ['1: rejected', '2: http 203.0.113.8 1081']],
  [
    'ann:pw;203.0.113.7:8080\nben:pw2;203.0.113.8:8080',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'ann:pw 203.0.113.7:8080\nben:pw2 203.0.113.8:8080',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'ann;pw;203.0.113.7;8080\nben;pw2;203.0.113.8;8080',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'http://203.0.113.7:8080:ann:pw/\nhttp://203.0.113.8:8080:ben:pw2/',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'http://203.0.113.7:8080:ann:pw/\nhttp://203.0.113.8:8080:ben:pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw/"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  ['http://203.0.113.7:8080:ann:pw/', ['1: http 203.0.113.7 8080 as "ann" with "pw"']],
  ['http://203.0.113.7:8080/\nhttp://203.0.113.8:8080', ['1: http 203.0.113.7 8080', '2: http 203.0.113.8 8080']],
  [
    '203.0.113.7:8080:ann:pw/\n203.0.113.8:8080:ben:pw2/',
    ['1: http 203.0.113.7 8080 as "ann" with "pw/"', '2: http 203.0.113.8 8080 as "ben" with "pw2/"'],
  ],
  [
    'Berlin: 203.0.113.7:8080:ann:pw\nParis: 203.0.113.8:8080:ben:pw2',
    [
      '1: http 203.0.113.7 8080 as "ann" with "pw" called Berlin',
      '2: http 203.0.113.8 8080 as "ben" with "pw2" called Paris',
    ],
  ],
  [
    'Berlin: 203.0.113.7:8080:ann:pw\n203.0.113.8:8080:ben:pw2',
    ['1: rejected', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'Berlin: 203.0.113.7:8080\nParis: 203.0.113.8:8080',
    ['1: http 203.0.113.7 8080 called Berlin', '2: http 203.0.113.8 8080 called Paris'],
  ],
  ['Berlin 203.0.113.7:8080\nParis 203.0.113.8:8080', ['1: rejected', '2: rejected']],
  [
    '203.0.113.7:8080|ann:pw\n203.0.113.8:8080|ben:pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    '203.0.113.7:8080|ann|pw\n203.0.113.8:8080|ben|pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    '203.0.113.7:8080|ann|pw|DE\n203.0.113.8:8080|ben|pw2|US',
    ['1: http 203.0.113.7 8080 as "ann" with "pw" in DE', '2: http 203.0.113.8 8080 as "ben" with "pw2" in US'],
  ],
  [
    '203.0.113.7|8080|ann:pw\n203.0.113.8|8080|ben:pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    '203.0.113.7;8080;DE;fast\n203.0.113.8;8080;US;slow',
    ['1: http 203.0.113.7 8080 in DE', '2: http 203.0.113.8 8080 in US'],
  ],
  [
    '203.0.113.7:8080;ann:p;w\n203.0.113.8:8080;ben:pw2',
    ['1: http 203.0.113.7 8080 as "ann" with "p;w"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  [
    'socks5\n203.0.113.7:1080:ann:pw\nhttp\n203.0.113.8:8080',
    ['2: socks5 203.0.113.7 1080 as "ann" with "pw"', '4: http 203.0.113.8 8080'],
  ],
  ['socks5:\n203.0.113.7:1080\n\n203.0.113.8:1080', ['2: socks5 203.0.113.7 1080', '4: socks5 203.0.113.8 1080']],
  ['shadowsocks\n203.0.113.7:1080\nhttp://203.0.113.8:8080', ['2: rejected', '3: http 203.0.113.8 8080']],
  ['SOCKS4/5\n203.0.113.7:1080', ['2: socks5 203.0.113.7 1080']],
  ['=== HTTP(S) proxies (20) ===\n203.0.113.7:8080', ['2: http 203.0.113.7 8080']],
  ['socks4 and http\n203.0.113.7:8080', ['1: rejected', '2: rejected']],
  [
    '203.0.113.7:1080:ann:pw:Desk 7[https://a.example/r]\n203.0.113.8:1080:ben:pw2:Desk 8[https://a.example/s]',
    [
      '1: http 203.0.113.7 1080 as "ann" with "pw" called Desk 7',
      '2: http 203.0.113.8 1080 as "ben" with "pw2" called Desk 8',
    ],
  ],
  [
    '203.0.113.7:1080:ann:pw:Desk[https://a.example/r]\n203.0.113.8:1080:ben:p:w[https://a.example/s]',
    ['1: http 203.0.113.7 1080 as "ann" with "pw" called Desk', '2: http 203.0.113.8 1080 as "ben" with "p" called w'],
  ],
  [
    '"203.0.113.7:8080:ann:pw",\n"203.0.113.8:8080:ben:pw2"',
    ['1: http 203.0.113.7 8080 as "ann" with "pw"', '2: http 203.0.113.8 8080 as "ben" with "pw2"'],
  ],
  ['- 203.0.113.7:8080\n- 203.0.113.8:8080', ['1: http 203.0.113.7 8080', '2: http 203.0.113.8 8080']],
  ['1. 203.0.113.7:8080\n2. 203.0.113.8:8080', ['1: http 203.0.113.7 8080', '2: http 203.0.113.8 8080']],
  [
    '| 203.0.113.7:8080 | DE |\n| 203.0.113.8:8080 | US |',
    ['1: http 203.0.113.7 8080 in DE', '2: http 203.0.113.8 8080 in US'],
  ],
])('lines decide about each other: %j', (text, lines) => {
  expect(said(read(text))).toEqual(lines);
});
