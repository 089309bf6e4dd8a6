import { describe, expect, test } from 'vitest';
import {
  FILTER_NAMES,
  type FilterName,
  isEmptyFilter,
  PROXY_FILTERS,
  proxyFilter,
} from '../../../../src/domain/proxies/filters.ts';

/** Values of filters; every filter of text accepts the last one. */
const ASKED: { [K in FilterName]?: string } = {
  status: 'active',
  health: 'failing',
  usage: 'unused',
  country: 'Germany',
};
const askedOf = (name: FilterName) => ASKED[name] ?? 'a';

test('an unknown part is refused, never left out', () => {
  expect(proxyFilter.safeParse({ provider: 'acme', colour: 'red' }).success).toBe(false);
  expect(proxyFilter.safeParse({ colour: 'red' }).success).toBe(false);
});

describe.each(FILTER_NAMES)('the filter %s', (name) => {
  test('reads what it gave as itself, since it is read again from what is stored', () => {
    const once = proxyFilter.parse({ [name]: askedOf(name) });
    expect(once[name]).toBeTypeOf('string');
    expect(isEmptyFilter(once)).toBe(false);
    expect(proxyFilter.parse(once)).toEqual(once);
    expect(isEmptyFilter({ [name]: undefined })).toBe(true);
  });

  test('refuses an empty text, control characters, and more than it can hold', () => {
    for (const text of ['', ' ', 'a\u0000b']) expect(proxyFilter.safeParse({ [name]: text }).success).toBe(false);
    const filter = PROXY_FILTERS[name];
    if (!('maxChars' in filter)) return;
    expect(proxyFilter.safeParse({ [name]: 'x'.repeat(filter.maxChars + 1) }).success).toBe(false);
  });
});

test('a country is compared by its code, and one that does not exist is refused', () => {
  for (const text of ['DE', 'de', 'DEU', 'Germany'])
    expect(proxyFilter.parse({ country: text })).toEqual({ country: 'DE' });
  expect(proxyFilter.parse({ country: 'UK' })).toEqual({ country: 'GB' });
  const refused = proxyFilter.safeParse({ country: 'ZZ' });
  expect(refused.error?.issues[0]?.message).toContain('must be an ISO 3166-1 code');
});
