import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROXY_FORMS } from '../../../../src/domain/parse/format-proxy.ts';
import { read } from './read.ts';
import { linesWithText, publicParts, word, wrongReadings } from './text-around.ts';

describe.each(PROXY_FORMS)('the form %j with text around it', (form) => {
  test('is the proxy, a question or a rejection, whatever stands around it, and never another proxy', () => {
    fc.assert(
      fc.property(linesWithText(form), (line) => {
        if (line !== null) expect(wrongReadings(line)).toEqual([]);
      }),
      { numRuns: 2500 },
    );
  });
});

test('prose is never a proxy, with private hosts allowed or not', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 9 }), fc.boolean(), (words, isPrivateAllowed) => {
      expect(read(`203.0.113.1:1\n${words.join(' ')}`, { isPrivateAllowed }).rows.map((row) => row.line)).toEqual([1]);
    }),
    { numRuns: 5000 },
  );
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

test('no password becomes a host, a label or anything else that others see', () => {
  const piece = fc.constantFrom(...PIECES);
  fc.assert(
    fc.property(fc.array(piece, { minLength: 3, maxLength: 10 }), (pieces) => {
      const file = read(`203.0.113.1:1\n${pieces.join('')}`);
      if (file.choice) return;
      for (const { fields } of file.rows) expect(publicParts(fields)).not.toContain('Secret77x');
      expect(JSON.stringify([file.forms, file.unknownColumns, file.lostColumns])).not.toContain('Secret77x');
    }),
    { numRuns: 5000 },
  );
});
