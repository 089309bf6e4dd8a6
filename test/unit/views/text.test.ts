import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address, code, cut, escapeText, mask, plural, who } from '../../../src/views/kit/text.ts';

/** Characters that mean something to Discord where no backslash stands before them. */
const ACTIVE = /[*_~`|>#<[\]()@:-]/;

test('escaped text has no active character, and is the text again without its backslashes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab *_~`|>#<[]()@:-\\1.\n') }), (typed) => {
      const shown = escapeText(typed);
      expect(shown.replace(/\\./g, '')).not.toMatch(ACTIVE);
      expect(shown.replace(/\\(.)/g, '$1')).toBe(typed.replace(/\n+/g, ' '));
    }),
  );
});

test('what changes the look of other text is taken out', () => {
  expect(escapeText('a\u202Eb\u200Bc\u2066d\uFEFFe\u0000f')).toBe('abcdef');
  expect(code('a`b\u202E')).toBe('`aˋb`');
});

test('a cut text counts what people see, and no character is broken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (typed, length) => {
      const shown = cut(typed, length);
      expect(shown.isWellFormed()).toBe(typed.isWellFormed());
      expect([...new Intl.Segmenter('en').segment(shown)].length).toBeLessThanOrEqual(Math.max(length, 1));
    }),
  );
  expect(cut('👩‍👩‍👧 family', 3)).toBe('👩‍👩‍👧 …');
});

test('a masked username is recognised and not usable', () => {
  expect(mask('customer-ann')).toBe('cu•••');
  expect(mask('ann')).toBe('a•••');
  expect(mask('')).toBe('');
});

test('numbers, addresses and people read well', () => {
  expect(plural(1, 'proxy', 'proxies')).toBe('1 proxy');
  expect(plural(1234, 'proxy', 'proxies')).toBe('1,234 proxies');
  expect(address('2001:db8::7', 80)).toBe('[2001:db8::7]:80');
  expect(who('discord:7')).toBe('<@7>');
  expect(who('token:ops')).toBe('token\\:ops');
});
