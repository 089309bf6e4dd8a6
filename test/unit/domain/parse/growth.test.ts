import { expect, test } from 'vitest';
import { read } from './read.ts';

const PIECES = [
  ...[
    '@',
    ':',
    ' ',
    '[',
    ']',
    '1:',
    'a@1:',
    '/1',
    '?cc=',
    '#a=',
    '"',
    '",',
    '`',
    '“',
    '::',
    '\u200b',
    '\t ',
    '|',
    '(',
    '{',
    '1.1.1.1:1/',
  ],
  ...[
    'a.b:1 ',
    'http://',
    '://',
    '=',
    '1.1.1.1:1;',
    'DE ',
    'x:https://a',
    '[https://a',
    '<',
    '- ',
    '1,',
    '%41',
    "'",
    'a:b@c.d:1#',
  ],
];
const PREFIXES = ['', '203.0.113.7:8080:ann:', 'http://', '"x,"y"', 'ann:'];
const ENDINGS = ['', '"x,"y"', '@203.0.113.7:80', ' x', '}', ']'];
/** A shorter time says nothing: other things run on the same processor. */
const TOO_SHORT_MS = 40;

/** The shortest of three, by the processor's clock. */
function timeOf(line: string): number {
  const text = `203.0.113.1:1\n${line}\n${line}`;
  const times = [1, 2, 3].map(() => {
    const started = process.cpuUsage();
    read(text);
    return process.cpuUsage(started).user / 1000;
  });
  return Math.min(...times);
}

test.each(PIECES)('a line full of %j takes time in proportion to its length', (piece) => {
  for (const prefix of PREFIXES) {
    for (const ending of ENDINGS) {
      const line = (length: number) => `${prefix}${piece.repeat(length / piece.length)}${ending}`;
      const long = timeOf(line(16_000));
      if (long > TOO_SHORT_MS) expect(long / Math.max(timeOf(line(4000)), 1)).toBeLessThan(8);
    }
  }
});
