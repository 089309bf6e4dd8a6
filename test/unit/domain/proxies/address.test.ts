import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bracketHost, formatAddress } from '../../../../src/domain/proxies/address.ts';

test('an IPv6 host is in brackets before a port, and never in two pairs of them', () => {
  expect(formatAddress('203.0.113.7', 8080)).toBe('203.0.113.7:8080');
  expect(formatAddress('gate.example.com', 80)).toBe('gate.example.com:80');
  expect(formatAddress('2001:db8::7', 8080)).toBe('[2001:db8::7]:8080');
  expect(formatAddress('[2001:db8::7]', '8080')).toBe('[2001:db8::7]:8080');
  expect(bracketHost('2001:db8::7')).toBe('[2001:db8::7]');
});

const SRC = join(import.meta.dirname, '../../../../src');
const OWN = ['domain/proxies/address.ts', 'db/queries/proxies/proxy-address.ts'];
/** `[${host}]`, `${host}:${port}`, `host || ':' || port`. */
const BY_HAND = /\[\$\{[\w.?]*host\}\]|\$\{[\w.?]*host\}:\$\{|host \|\| ':' \|\|/i;

test('addresses are written by one function, or by its twin in SQL', () => {
  const byHand = globSync('**/*.ts', { cwd: SRC })
    .filter((file) => !OWN.includes(file))
    .filter((file) => BY_HAND.test(readFileSync(join(SRC, file), 'utf8')));
  expect(byHand).toEqual([]);
});
