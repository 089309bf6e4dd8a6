import { expect, test } from 'vitest';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { SOURCE_KINDS } from '../../../../src/domain/sources/listed.ts';
import { KEY_PARTS, readSourceKey } from '../../../../src/domain/sources/source-key.ts';

test('a key is read without the blanks and line feeds around it', () => {
  expect(readSourceKey('webshare', { key: ' abc-123\r\n' })).toEqual({ key: 'abc-123' });
  expect(readSourceKey('proxy-cheap', { key: 'a', secret: 'b' })).toEqual({ key: 'a', secret: 'b' });
  expect(readSourceKey('url', { url: 'https://a.example/x', header: '' })).toEqual({ url: 'https://a.example/x' });
});

test.each([
  ['webshare', { key: 'pl4nted\nx: y' }],
  ['webshare', { key: 'pl4nted k3y' }],
  ['webshare', { key: 'pl4nted\u0000' }],
  ['webshare', { key: '  ' }],
  ['webshare', {}],
  ['proxy-cheap', { key: 'pl4nted' }],
  ['px6', { key: 'pl4nted'.repeat(300) }],
  ['url', { url: 'ftp://pl4nted.example/' }],
  ['url', { url: 'https://a.example', header: 'pl4nted' }],
  ['url', { url: 'https://a.example', header: 'x: pl4nted\r\nhost: b' }],
  ['url', { url: 'https://a.example', header: 'Host: pl4nted.example' }],
] as const)('of the kind %s, %j is refused with a sentence that repeats none of it', (kind, written) => {
  const read = readSourceKey(kind, written);
  expect(read).toBeInstanceOf(Refusal);
  expect((read as Refusal).reason).toMatch(/^[A-Z].*\.$/);
  expect((read as Refusal).reason).not.toContain('pl4nted');
});

test('the modal of each kind asks for the parts of its key, and says where they are found', () => {
  const asked = Object.entries(KEY_PARTS).map(([kind, parts]) => [
    kind,
    ...parts.map(({ name, label, hint, isOptional }) => `${name}${isOptional ? '?' : ''}, ${label}: ${hint}`),
  ]);
  expect(asked).toEqual([
    ['webshare', 'key, API key: Webshare dashboard, API, Keys'],
    ['proxy-seller', 'key, API key: Proxy-Seller account, API'],
    ['px6', 'key, API key: px6 account: the key of the API for developers'],
    [
      'proxy-cheap',
      'key, API key: Proxy-Cheap dashboard: the API key',
      'secret, API secret: Shown beside the API key when it is created',
    ],
    ['iproyal', 'key, API key: IPRoyal dashboard: the access token of the API'],
    [
      'url',
      'url, Address of the list: https://example.com/list.txt',
      'header?, Request header: Authorization: Bearer ...',
    ],
  ]);
});

test('each part of a key fits a field of a modal', () => {
  for (const kind of SOURCE_KINDS) {
    const parts = KEY_PARTS[kind];
    expect(parts.length).toBeLessThanOrEqual(5);
    for (const { label, hint } of parts) expect([label.length <= 45, hint.length <= 100]).toEqual([true, true]);
  }
});

test.each([
  ['webshare', {}, 'The API key is missing.'],
  ['proxy-cheap', { key: 'a' }, 'The API secret is missing.'],
  ['url', {}, 'The address of the list is missing.'],
  ['px6', { key: 'x'.repeat(2001) }, 'The API key must be at most 2,000 characters long.'],
  ['webshare', { key: 'a b' }, 'The API key must be one line without blanks or special characters: copy it again.'],
  [
    'url',
    { url: 'https://é.example' },
    'The address of the list must be one line without blanks or special characters: copy it again.',
  ],
  ['url', { url: 'ftp://a.example' }, 'The address of the list must be an http:// or https:// URL.'],
  ['url', { url: 'a.example' }, 'The address of the list must be an http:// or https:// URL.'],
  ['url', { url: 'http://a.example', header: 'x' }, 'The request header must be written as Name: value, in one line.'],
  [
    'url',
    { url: 'http://a.example', header: 'x y: z' },
    'The request header must be written as Name: value, in one line.',
  ],
  [
    'url',
    { url: 'http://a.example', header: 'Content-Length : 7' },
    'The request header must be written as Name: value, in one line.',
  ],
] as const)('a key of the kind %s is refused by its part: %j', (kind, written, reason) => {
  expect(readSourceKey(kind, written)).toEqual(new Refusal(reason));
});

test.each([
  'Host',
  'connection',
  'Content-Length',
  'Transfer-Encoding',
  'Upgrade',
  'TE',
  'Trailer',
  'Expect',
  'Accept-Encoding',
])('the header %s belongs to the request', (name) => {
  const refused = new Refusal('This request header cannot be set: use another one.');
  expect(readSourceKey('url', { url: 'http://a.example', header: `${name}: x` })).toEqual(refused);
  expect(readSourceKey('url', { url: 'http://a.example', header: `x-${name}: x` })).toMatchObject({
    header: `x-${name}: x`,
  });
});

test('a key has at most 2,000 characters, and a header any of those that headers have', () => {
  expect(readSourceKey('px6', { key: 'x'.repeat(2000) })).toEqual({ key: 'x'.repeat(2000) });
  for (const header of ['Authorization: Bearer a b', "x!#$%&'*+.^`|~-_:", 'a:\tb'])
    expect(readSourceKey('url', { url: 'HTTPS://a.example', header })).toMatchObject({ header });
});
