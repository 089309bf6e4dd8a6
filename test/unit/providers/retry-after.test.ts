import { expect, test } from 'vitest';
import { readRetryAfter } from '../../../src/providers/retry-after.ts';

const NOW = new Date('2026-11-26T12:00:00Z');

test.each([
  ['120', 120],
  [' 0 ', 0],
  ['Thu, 26 Nov 2026 12:01:30 GMT', 90],
  ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['', null],
  [undefined, null],
])('Retry-After: %s asks for %s seconds', (header, seconds) => {
  expect(readRetryAfter(header, NOW)).toBe(seconds);
});
