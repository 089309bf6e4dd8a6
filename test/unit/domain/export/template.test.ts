import { expect, test } from 'vitest';
import type { ExportedProxy } from '../../../../src/domain/export/exported-proxy.ts';
import { readTemplate, writeUrl } from '../../../../src/domain/export/template.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

const PROXY: ExportedProxy = {
  id: 7,
  type: 'socks5',
  host: '2001:db8::7',
  port: 1080,
  status: 'active',
  model: 'Amber',
  provider: 'acme',
  country: 'DE',
  city: 'Berlin',
  label: 'Desk 7',
  tags: ['fast', 'new'],
  notes: 'line 1\nline 2',
  expiresAt: new Date('2026-12-31T18:00:00Z'),
  monthlyCost: 12.5,
  externalId: 'x-7',
  credentials: { username: 'ann', password: 's3cret', changeIpUrl: null },
};
const written = (text: string, proxy: ExportedProxy = PROXY) => {
  const template = readTemplate(text);
  return template instanceof Refusal ? template : template.write(proxy);
};

const KNOWN =
  'Known fields: %id% %type% %ip% %port% %login% %password% %model% ' +
  '%provider% %country% %city% %label% %tags% %expires_at% %monthly_cost% %external_id%.';

test.each(['__proto__', 'constructor', 'nothing', 'notes'])('the template field %s is unknown', (name) => {
  expect(readTemplate(`%ip%:%${name}%`)).toEqual(new Refusal(`Unknown template field %${name}%. ${KNOWN}`));
});

test.each(['', 'ip:port', '%%', '%i p%', '%1%'])('a template without a field is refused: %j', (text) => {
  expect(readTemplate(text)).toEqual(new Refusal(`The template contains no field. ${KNOWN}`));
});

test.each([
  ['id', '7'],
  ['type', 'socks5'],
  ['ip', '[2001:db8::7]'],
  ['port', '1080'],
  ['login', 'ann'],
  ['password', 's3cret'],
  ['model', 'Amber'],
  ['provider', 'acme'],
  ['country', 'DE'],
  ['city', 'Berlin'],
  ['label', 'Desk 7'],
  ['tags', 'fast,new'],
  ['expires_at', '2026-12-31T18:00:00.000Z'],
  ['monthly_cost', '12.50'],
  ['external_id', 'x-7'],
])('the field %s is written as %j, in any case', (name, value) => {
  expect([written(`<%${name}%>`), written(`%${name.toUpperCase()}%`)]).toEqual([`<${value}>`, value]);
});

test('a value that is missing is empty, and the text around the fields is kept', () => {
  const bare: ExportedProxy = { ...PROXY, host: '203.0.113.7', model: null, label: null, credentials: null };
  expect(written('%ip%:%port%:%login%:%password% [%model%|%label%] 100%', bare)).toBe('203.0.113.7:1080:: [|] 100%');
  const unnamed: ExportedProxy = { ...PROXY, credentials: { username: '', password: null, changeIpUrl: null } };
  expect(written('%login%:%password%', unnamed)).toBe(':');
});

test.each([
  ['%ip%:%port%', false],
  ['%ip% %LOGIN%', true],
  ['%password%', true],
  ['%label% %model%', false],
])('whether %j needs credentials: %j', (text, needsCredentials) => {
  expect(readTemplate(text)).toMatchObject({ needsCredentials });
});

test.each([
  [null, '[2001:db8::7]:1080'],
  [{ username: '', password: null }, 'socks5://[2001:db8::7]:1080'],
  [{ username: 'a:n', password: 's@t' }, 'socks5://a%3An:s%40t@[2001:db8::7]:1080'],
  [{ username: 'ann', password: null }, 'socks5://ann:@[2001:db8::7]:1080'],
  [{ username: '', password: 's3cret' }, 'socks5://:s3cret@[2001:db8::7]:1080'],
])('with the credentials %j a proxy is the URL %s', (credentials, url) => {
  expect(writeUrl({ ...PROXY, credentials })).toBe(url);
});
