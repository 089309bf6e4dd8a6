import fc from 'fast-check';
import { expect, test } from 'vitest';
import { read } from '../read.ts';

const HOSTS =
  '203.0.113.7 198.51.100.9 010.0.113.7 10.0.0.1 300.0.113.7 203.0.113 gate.example.com [2001:db8::7] squid'.split(' ');
const PORTS = '8080 1 65535 65536 0 080 port'.split(' ');
const TEXTS = (
  'ann s3cret pw 7 1234 8080 DE US Germany elite http socks5 HTTPS anonymous 12:30 2026-01-05 120ms gate.example.com 203.0.113.8 a.b ' +
  'x203.0.113.8 ann&amp ann&#58 AS3320 3d $5 1.5 login password user=ann pw+gate.example.com 2001 0.5 @bob key=value user p@ss p/ss p%40ss pw# "pw" (pw) [link] pw> ünï -U true US-N a,b a;b a|b //ann ann: é'
).split(' ');
const text = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...TEXTS) }, fc.stringMatching(/^[a-zA-Z0-9]{1,9}$/));
const separator = fc.constantFrom(':', ':', ';', ',', '|', '@');
const scheme = fc.constantFrom('', '', '', 'socks5://', 'http://', 'HTTPS://', 'ftp://', '//');
const parts = fc.tuple(fc.constantFrom(...HOSTS), fc.constantFrom(...PORTS), text, text);
const line = fc.oneof(
  fc.tuple(parts, separator).map(([all, by]) => all.join(by)),
  fc.tuple(parts, scheme).map(([[host, port, user, password], by]) => `${by}${user}:${password}@${host}:${port}`),
  fc.tuple(parts, scheme).map(([[host, port, user, password], by]) => `${by}${host}:${port}:${user}:${password}`),
  fc.tuple(parts, fc.constantFrom('DE', 'UK', 'ZZ', 'de', 'DEU', '')).map(([all, tail]) => [...all, tail].join(':')),
  fc.tuple(parts, separator, separator).map(([[host, port, user, password], one, other]) => {
    return `${host}${one}${port}${other}${user}${one}${password}`;
  }),
);

/** A blank at the end of a line says nothing, but only the grammar reads such a line. */
test('a plain row is read as the grammar reads it, whatever its parts and the other lines are', () => {
  const options = fc.record({
    isPrivateAllowed: fc.boolean(),
    defaults: fc.constantFrom({}, { type: 'socks5' as const, country: 'FR' }),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), options, (lines, said) => {
      const others = ['203.0.113.1:1', ''];
      const file = read([...others, ...lines].join('\n'), said);
      expect(file).toEqual(read([...others, ...lines.map((each) => `${each} `)].join('\n'), said));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['203.0.113.7:8080:ann:s3cret', 'host:port:user:password'],
  ['203.0.113.7;8080;ann;s3cret', 'host;port;user;password'],
  ['203.0.113.7:8080:ann:s3cret:UK', 'host:port:user:password:country'],
  ['ann:s3cret@203.0.113.7:8080', 'user:password@host:port'],
  ['https://ann:s3cret@203.0.113.7:8080', 'URL'],
])('%s is named %s', (row, form) => {
  expect(read(row).forms).toMatchObject([{ form }]);
});
