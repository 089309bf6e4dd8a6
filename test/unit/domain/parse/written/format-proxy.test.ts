import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProxyFields } from '../../../../../src/domain/proxies/proxy.ts';
import { proxy, read } from '../read.ts';
import { formatProxy, PROXY_FORMS, type ProxyForm } from './format-proxy.ts';

const HOSTILE = [
  ...[
    ':',
    '@',
    '#',
    '/',
    '?',
    '!',
    '%',
    ',',
    ';',
    '|',
    ' ',
    '"',
    "'",
    '`',
    '[',
    ']',
    '(',
    ')',
    '&',
    '=',
    '\\',
    '-',
    '.',
    '•',
    '“',
    '”',
    'é',
    '😀',
  ],
  ...[
    '%41',
    '%zz',
    ' # ',
    'DE',
    'http',
    'socks5',
    '://',
    '[https://',
    '#cc=DE',
    '?title=',
    ':80',
    '.example:80',
    '203.0.113.9:99',
    '\u200b',
    '\u00a0',
  ],
  ...['a', 'b', '7', '0', 'x', 'Z'],
];
const hostile = fc.string({ unit: fc.constantFrom(...HOSTILE), minLength: 1, maxLength: 8 });
const plain = fc.stringMatching(/^[a-zA-Z0-9_+=!-]{1,12}$/);
const credential = fc.oneof(
  fc.constant(null),
  plain,
  hostile,
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
);
const host = fc.constantFrom('203.0.113.7', 'gate.example.com', 'a-b.example', '2001:db8::7', 'xn--bcher-kva.example');
const port = fc.integer({ min: 1, max: 65_535 });

const address: fc.Arbitrary<ProxyFields> = fc
  .record({
    host,
    port,
    type: fc.constantFrom('http', 'https', 'socks4', 'socks5'),
    username: credential,
    password: credential,
  } as const)
  .map(proxy);
const detailed: fc.Arbitrary<ProxyFields> = fc
  .tuple(
    address,
    fc.record({
      label: fc.option(fc.oneof(plain, hostile)),
      country: fc.option(fc.constantFrom('DE', 'US')),
      city: fc.option(hostile),
      provider: fc.option(plain),
      notes: fc.option(hostile.map((text) => `a\n${text}b`)),
      tags: fc.uniqueArray(plain, { maxLength: 3 }),
      changeIpUrl: fc.option(fc.constantFrom('https://api.example.com/refresh?id=7&x=[1]', 'http://a.example/')),
      expiresAt: fc.option(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })),
      monthlyCost: fc.option(fc.integer({ min: 0, max: 99_999 }).map((cents) => cents / 100)),
    }),
  )
  .map(([fields, details]) => ({ ...fields, ...details }));

/** Reads lines that stand below something that is certainly a line. */
function readLines(lines: readonly string[]): (ProxyFields | undefined)[] {
  const file = read(['203.0.113.1:1', ...lines].join('\n'));
  expect(file).toMatchObject({ rejected: [], choice: null, kind: 'lines' });
  return file.rows.slice(1).map((row) => row.fields);
}

describe.each(PROXY_FORMS)('the form %j', (form) => {
  const any = fc.oneof(address, detailed);

  test('is read back unchanged, alone and in a batch, whatever the credentials', () => {
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 12 }), (proxies) => {
        const written = proxies.flatMap((fields) => {
          const line = formatProxy(fields, form);
          return line === null ? [] : [{ fields, line }];
        });
        for (const { fields, line } of written) expect(readLines([line])).toEqual([fields]);
        expect(readLines(written.map(({ line }) => line))).toEqual(written.map(({ fields }) => fields));
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is written', () => {
  const ann = proxy({ username: 'ann', password: 's3cret' });
  const full: Partial<Record<ProxyForm, [ProxyFields, string]>> = {
    'host:port': [proxy({}), '203.0.113.7:8080'],
    'host:port:user:password': [ann, '203.0.113.7:8080:ann:s3cret'],
    'user:password@host:port': [{ ...ann, host: '2001:db8::7' }, 'ann:s3cret@[2001:db8::7]:8080'],
    'user:password:host:port': [ann, 'ann:s3cret:203.0.113.7:8080'],
    'host:port@user:password': [ann, '203.0.113.7:8080@ann:s3cret'],
    'scheme://user:password@host:port': [
      { ...ann, type: 'socks5', password: 'p:@/?#[] %é' },
      'socks5://ann:p%3A%40%2F%3F%23%5B%5D%20%25%C3%A9@203.0.113.7:8080',
    ],
    'scheme://host:port:user:password': [{ ...ann, type: 'https' }, 'https://203.0.113.7:8080:ann:s3cret'],
    '(scheme)host:port:user:password': [{ ...ann, type: 'socks4' }, '(socks4)203.0.113.7:8080:ann:s3cret'],
    'host:port@scheme': [proxy({ type: 'socks4' }), '203.0.113.7:8080@socks4'],
    'host;port;user;password': [ann, '203.0.113.7;8080;ann;s3cret'],
    'host:port:user:password:label[link]': [
      { ...ann, label: 'Berlin 2', changeIpUrl: 'https://a.example/r' },
      '203.0.113.7:8080:ann:s3cret:Berlin 2[https://a.example/r]',
    ],
    'host:port:user:password:country': [{ ...ann, country: 'DE' }, '203.0.113.7:8080:ann:s3cret:DE'],
    'scheme://user:password@host:port?details': [
      { ...ann, label: 'Desk 7', tags: ['a', 'b'], expiresAt: new Date('2026-12-31'), monthlyCost: 12.5 },
      'http://ann:s3cret@203.0.113.7:8080?label=Desk%207&tags=a%2Cb&expires_at=2026-12-31T00%3A00%3A00.000Z&monthly_cost=12.50',
    ],
  };
  test.each(Object.entries(full))('%s', (form, [fields, line]) => {
    expect(formatProxy(fields, form as ProxyForm)).toBe(line);
  });

  test.each(PROXY_FORMS.filter((form) => !/label|country|link/.test(form)))(
    '%s leaves credentials out where there are none',
    (form) => {
      expect(formatProxy(proxy({}), form)).toMatch(/^(http:\/\/|\(http\))?203\.0\.113\.7[:;,|\t ]8080(@http|\?)?$/);
    },
  );
});

test.each<[string, Partial<ProxyFields>, ProxyForm]>([
  ['a type without a scheme', { type: 'socks5' }, 'host:port'],
  ['credentials without a place', { username: 'ann' }, 'host:port'],
  ['a label without a place', { label: 'x' }, 'host:port:user:password'],
  ['a : in the username', { username: 'a:b', password: 'c' }, 'host:port:user:password'],
  ['a password that is read as a country', { username: 'a', password: 'b:DE' }, 'host:port:user:password'],
  [
    'a password with two readings',
    { host: 'a.example.com', username: 'gate.example.com', password: '9090' },
    'host:port:user:password',
  ],
  ['a blank in the password', { username: 'a', password: 'b c' }, 'host:port:user:password'],
  ['a type at the end of the password', { username: 'a', password: 'b:socks5' }, 'host:port:user:password'],
  ['a blank at an edge', { username: 'a', password: ' b' }, 'host:port:user:password'],
  ['a comment in the password', { username: 'a', password: 'b # c' }, 'host:port:user:password'],
  ['a zero-width character', { username: 'a', password: 'b\u200bc' }, 'user:password@host:port'],
  ['a username that begins a comment', { username: '#a', password: 'b' }, 'user:password@host:port'],
  ['a slash at the end of a URL', { username: 'a', password: 'b/' }, 'scheme://host:port:user:password'],
  [
    'no label in the form with a label',
    { username: 'a', password: 'b:c', changeIpUrl: 'https://a.example/' },
    'host:port:user:password[link]',
  ],
  ['a lone surrogate', { username: 'a', password: '\ud800' }, 'scheme://user:password@host:port'],
])('%s is refused', (_, fields, form) => {
  expect(formatProxy(proxy(fields), form)).toBeNull();
});
