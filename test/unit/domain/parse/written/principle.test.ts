import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { read } from '../read.ts';
import { PROXY_FORMS } from './format-proxy.ts';
import { linesWithText, publicParts, word, wrongReadings } from './text-around.ts';

/** `PRINCIPLE_SEEDS=300` checks each property with the seeds 1 to 300 instead of one. */
const SEEDS = Array.from({ length: Number(process.env.PRINCIPLE_SEEDS ?? 0) }, (_, index) => index + 1);
const TIMEOUT_MS = 60_000 * Math.max(1, SEEDS.length);

/** As `expect`, which takes longer than to read a line, so it is asked only to describe a difference. */
function expectNone(found: readonly unknown[]): void {
  if (found.length > 0) expect(found).toEqual([]);
}

function check<T>(property: fc.IPropertyWithHooks<T>, numRuns: number): void {
  if (SEEDS.length === 0) fc.assert(property, { numRuns });
  for (const seed of SEEDS) fc.assert(property, { numRuns, seed });
}

describe.each(PROXY_FORMS)('the form %j with text around it', (form) => {
  test('is the proxy, a question or a rejection, whatever stands around it, and never another proxy', {
    timeout: TIMEOUT_MS,
  }, () => {
    const neverAnother = fc.property(linesWithText(form), (line) => {
      if (line !== null) expectNone(wrongReadings(line));
    });
    check(neverAnother, 2500);
  });
});

test('prose is never a proxy, with private hosts allowed or not', { timeout: TIMEOUT_MS }, () => {
  const words = fc.array(word, { minLength: 1, maxLength: 9 });
  const neverProxy = fc.property(words, fc.boolean(), (prose, isPrivateAllowed) => {
    const { rows } = read(`203.0.113.1:1\n${prose.join(' ')}`, { isPrivateAllowed });
    expectNone(rows.filter(({ line }) => line !== 1));
    expectNone(rows.length === 1 ? [] : ['the address above was not read']);
  });
  check(neverProxy, 5000);
});

test.each([
  'Page 2 of 10',
  'Webshare proxy list - page 2',
  'Your subscription is valid until December 2026',
  'Renew at webshare.io 2026',
  'Order 12345 from iproyal.com 50',
  'Support: help@provider.com 24',
  'port: 1080',
  'password: 12345',
  'Updated 12:30',
  'of 10',
])('%s is rejected, with private hosts allowed', (line) => {
  const file = read(line, { isPrivateAllowed: true });
  expect(file.rows).toEqual([]);
  expect(file.rejected).toHaveLength(1);
});

/** The parts of a line in lists that were pasted together: any of them may be a secret. */
const PIECES = [
  '203.0.113.7',
  'a.example.com',
  '8080',
  'ann',
  'Secret77x',
  ':',
  ':',
  '@',
  ';',
  ',',
  ' ',
  '|',
  '\t',
  '#',
  '/',
  '?',
];

test('no password becomes a host, a label or anything else that others see', { timeout: TIMEOUT_MS }, () => {
  const pieces = fc.array(fc.constantFrom(...PIECES), { minLength: 3, maxLength: 10 });
  const neverShown = fc.property(pieces, (parts) => {
    const file = read(`203.0.113.1:1\n${parts.join('')}`);
    if (file.choice) return;
    const shown = [
      ...file.rows.map(({ fields }) => publicParts(fields)),
      JSON.stringify([file.forms, file.unknownColumns, file.lostColumns]),
    ];
    expectNone(shown.filter((text) => text.includes('Secret77x')));
  });
  check(neverShown, 5000);
});
