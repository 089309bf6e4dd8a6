import { expect, test } from 'vitest';
import { DEFAULT_CURRENCY, isCurrency } from '../../../../../src/domain/parse/fields/currency.ts';

test.each([
  [DEFAULT_CURRENCY, true],
  ['USD', true],
  ['EUR', true],
  ['eur', false],
  ['EURO', false],
  ['QQQ', false],
  ['', false],
])('%j is the code of a currency: %s', (code, is) => {
  expect(isCurrency(code)).toBe(is);
});
