import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PLANTED_MISTAKES } from '../../../scripts/history/planted/mistakes.ts';
import { PLANTED_BUGS } from '../../../simulator/planted/bugs.ts';

test.each([...PLANTED_BUGS, ...PLANTED_MISTAKES])('can still be planted: $name', ({ changes }) => {
  for (const { file, from, to } of changes) {
    expect(readFileSync(file, 'utf8').split(from), file).toHaveLength(2);
    expect(to).not.toBe(from);
  }
});
