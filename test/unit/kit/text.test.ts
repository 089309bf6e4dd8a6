import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  code,
  escapeText,
  formatActor,
  formatDate,
  formatRelativeTime,
  mask,
  plain,
  plural,
  truncate,
} from '../../../src/kit/text.ts';

/** Discord's markup (its documentation: Message Formatting), on text without its escaped characters. */
const MEANINGFUL: Record<string, RegExp> = {
  'emphasis, code or a spoiler': /[*_~`|]/,
  'a mention, a custom emoji, a timestamp or a bare link': /<[@#:/a-z]/,
  'a mention of everybody': /@(everyone|here)/,
  'a named link': /\[.*\]\(.*\)/s,
  'a link': /:\/\//,
  'an emoji by its name': /:[\w+-]+:/,
  'a heading': /^\s*#{1,3}\s/,
  'small print': /^\s*-#/,
  'a list': /^\s*([-*+]|\d+\.)(\s|$)/,
  'a quote': /^\s*>/,
  'a second line': /[\n\r\u2028\u2029]/,
};

const typed = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab12 *_~`|>#<[]()@:/-+.\\\n\t') }),
  fc
    .array(
      fc.constantFrom(
        '@everyone',
        '<@1>',
        '<t:0:R>',
        '<:a:1>',
        ':smile:',
        ':100:',
        ':8ball:',
        ':1-2:',
        'https://a.b',
        '1. ',
        '# ',
        '-# ',
        '\\',
      ),
    )
    .map((parts) => parts.join('')),
);

test('nothing that people typed means anything to Discord', () => {
  fc.assert(
    fc.property(typed, (text) => {
      const bare = escapeText(text).replace(/\\[^0-9A-Za-z\s]/g, '\u0001');
      for (const [what, pattern] of Object.entries(MEANINGFUL)) expect(pattern.test(bare), what).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('escaped text is displayed as the original text', () => {
  fc.assert(
    fc.property(typed, (text) => {
      expect(escapeText(text).replace(/\\([^0-9A-Za-z\s])/g, '$1')).toBe(plain(text));
    }),
  );
});

test('addresses, numbers and names stay readable', () => {
  expect(escapeText('There is no proxy #12 at acme-eu.example.com:8080')).toBe(
    'There is no proxy #12 at acme-eu.example.com:8080',
  );
});

describe('what changes the look of other text', () => {
  test('is taken out: zero-width characters, direction overrides, controls, hidden tags', () => {
    expect(escapeText('a\u202Eb\u200Bc\u2066d\uFEFFe\u0000f\u{E0041}g\u034Fh\u3164i')).toBe('abcdefghi');
    expect(escapeText('one\r\ntwo\tthree')).toBe('one two three');
    expect(code('a`b\u202E')).toBe('`aˋb`');
    expect(code('\u200B')).toBe('` `');
  });

  test('is isolated, if it is in a right-to-left script', () => {
    expect(escapeText('שלום')).toBe('\u2068שלום\u2069');
    expect(code('שלום')).toBe('\u2068`שלום`\u2069');
  });

  test('is bounded, where marks are stacked on a letter', () => {
    expect(escapeText(`a${'\u0301'.repeat(50)}b`)).toBe(`a${'\u0301'.repeat(4)}b`);
  });

  test('is made whole, where half a character was cut off', () => {
    expect(escapeText('a\uD83D')).toBe('a\uFFFD');
  });
});

describe('a cut text', () => {
  test('is never longer than Discord counts, and breaks no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (text, length) => {
        const shown = truncate(text, length);
        expect(shown.length).toBeLessThanOrEqual(length);
        expect(shown.isWellFormed()).toBe(true);
        expect(text.startsWith(shown.replace(/…$/, ''))).toBe(true);
      }),
    );
  });

  test('shows that something is missing, and only then', () => {
    expect(truncate('berlin', 6)).toBe('berlin');
    expect(truncate('berlin', 5)).toBe('berl…');
    expect(truncate('a👩‍👩‍👧b', 5)).toBe('a…');
  });
});

test('a masked username is recognised and not usable', () => {
  expect(['customer-ann', 'ann', 'a', ''].map(mask)).toEqual(['cu•••nn', 'a•••', '•••', '']);
  expect(mask('amber.00017')).toBe('am•••17');
  // A gateway's proxies can be told apart, wherever their session is written.
  expect(mask('customer-team-sessid-1017')).toBe('cu•••1017');
  expect(mask('customer-ann-session-a8f3kx92-country-de')).toBe('cu•••kx92•••');
});

test('numbers, moments and people read well', () => {
  expect(plural(1, 'proxy', 'proxies')).toBe('1 proxy');
  expect(plural(1234, 'proxy', 'proxies')).toBe('1,234 proxies');
  expect([formatRelativeTime(new Date(90_500)), formatDate(new Date(90_500))]).toEqual(['<t:90:R>', '<t:90:f>']);
  expect(formatActor('discord:7')).toBe('<@7>');
  expect(formatActor('token:*ops*')).toBe('token\\:\\*ops\\*');
});
