import { expect, test } from 'vitest';
import { beforeAfter } from '../../../src/views/before-after.ts';

test('an edit shows what was there and what comes, or that it is there already', () => {
  const values = [
    { value: null, count: 1_200 },
    { value: 'Webshare', count: 300 },
  ];
  expect(beforeAfter('Provider', { values, others: 2 }, 'Acme')).toBe(
    '**Provider** (none) 1,200 · `Webshare` 300 · others 2 → `Acme`',
  );
  expect(beforeAfter('Provider', { values: [{ value: 'Acme', count: 5 }], others: 0 }, 'Acme')).toBe(
    '**Provider** `Acme` already',
  );
  expect(beforeAfter('Label', { values: [{ value: null, count: 5 }], others: 0 }, null)).toBe(
    '**Label** (none) already',
  );
});
