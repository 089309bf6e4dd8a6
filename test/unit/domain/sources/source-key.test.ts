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

test('each part of a key fits a field of a modal', () => {
  for (const kind of SOURCE_KINDS) {
    const parts = KEY_PARTS[kind];
    expect(parts.length).toBeLessThanOrEqual(5);
    for (const { label, hint } of parts) expect([label.length <= 45, hint.length <= 100]).toEqual([true, true]);
  }
});
