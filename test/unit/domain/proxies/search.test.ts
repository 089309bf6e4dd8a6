import { expect, test } from 'vitest';
import { joinValues, splitLast, splitValues } from '../../../../src/domain/filters/values.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { proxyFilter } from '../../../../src/domain/proxies/filters.ts';
import { readSearch } from '../../../../src/domain/proxies/search.ts';

test('several values are separated by commas, and a value with a comma is in quotes', () => {
  expect(splitValues(' Acme ,"Globex, Inc" , (none),, Acme')).toEqual(['Acme', 'Globex, Inc', '(none)']);
  expect(splitValues(', ,')).toEqual([]);
  for (const values of [['Acme'], ['Acme', 'Globex, Inc'], ['"odd', 'x']]) {
    expect(splitValues(joinValues(splitValues(joinValues(values))))).toEqual(splitValues(joinValues(values)));
  }
});

test('the last value of a text is the one that is being typed', () => {
  expect(splitLast('Ac')).toEqual({ before: '', last: 'Ac' });
  expect(splitLast('Acme, Gl')).toEqual({ before: 'Acme, ', last: 'Gl' });
  expect(splitLast('Acme, "Globex, I')).toEqual({ before: 'Acme, ', last: 'Globex, I' });
});

test('a filter of several values is read again as it was written', () => {
  const once = proxyFilter.parse({ provider: 'acme,"Globex, Inc",(NONE)', country: 'Germany, us' });
  expect(once).toEqual({ provider: 'acme, "Globex, Inc", (none)', country: 'DE, US' });
  expect(proxyFilter.parse(once)).toEqual(once);
  expect(proxyFilter.safeParse({ country: 'DE, ZZ' }).success).toBe(false);
  expect(proxyFilter.safeParse({ provider: ',' }).success).toBe(false);
});

test('a search is text and terms, and an unknown key is text', () => {
  expect(readSearch('desk provider:"Acme Inc",Globex expires:<7d 7')).toEqual({
    text: 'desk 7',
    terms: [
      { key: 'provider', values: ['Acme Inc', 'Globex'] },
      { key: 'expires', values: ['<7d'] },
    ],
  });
  expect(readSearch('198.51.100.7:8080')).toEqual({ text: '198.51.100.7:8080', terms: [] });
  expect(readSearch('2001:db8::7 unknown:x')).toEqual({ text: '2001:db8::7 unknown:x', terms: [] });
  expect(readSearch('country:germany')).toMatchObject({ terms: [{ key: 'country', values: ['DE'] }] });
  expect(readSearch('expires:>2026-12-31')).toMatchObject({
    terms: [{ key: 'expires', values: ['>2026-12-31T23:59:59.999Z'] }],
  });
});

test('a term whose value cannot be is refused with its reason', () => {
  for (const text of ['expires:soon', 'health:ill', 'country:ZZ', 'usage:x', 'expires:<31.02.2026']) {
    expect([text, readSearch(text)]).toEqual([text, expect.any(Refusal)]);
    expect(proxyFilter.safeParse({ search: text }).success).toBe(false);
  }
});

test.each([
  ['is:missing', [{ key: 'is', values: ['missing'] }]],
  ['IS:Missing', [{ key: 'is', values: ['missing'] }]],
  ['label:(NONE),Desk', [{ key: 'label', values: ['(none)', 'Desk'] }]],
  ['expires:(none)', [{ key: 'expires', values: ['(none)'] }]],
  ['expires:>0030d', [{ key: 'expires', values: ['>0030d'] }]],
  [
    'host:gate account:ann source:acme',
    [
      { key: 'host', values: ['gate'] },
      { key: 'account', values: ['ann'] },
      { key: 'source', values: ['acme'] },
    ],
  ],
  ['health:failing,healthy', [{ key: 'health', values: ['failing', 'healthy'] }]],
])('%s is read as terms', (written, terms) => {
  expect(readSearch(written)).toEqual({ text: '', terms });
});

test.each([
  ['is:lost', 'is must be missing.'],
  ['label:,', 'label: names no value.'],
  ['label:""', 'label: names no value.'],
  ['expires:7d', 'expires must be a span or a date such as <7d, >30d, <2026-12-31 or (none).'],
  ['expires:<', 'expires must be a span or a date such as <7d, >30d, <2026-12-31 or (none).'],
  ['expires:<99999d', 'expires must be a span or a date such as <7d, >30d, <2026-12-31 or (none).'],
  ['label:a expires:2026-12-31', 'expires must be a span or a date such as <7d, >30d, <2026-12-31 or (none).'],
  ['country:ZZ', 'country: The country must be an ISO 3166-1 code or an English name, such as DE.'],
  [`model:${'x'.repeat(101)}`, 'model: The model must be at most 100 characters long.'],
])('%s is refused: %s', (written, reason) => {
  expect(readSearch(written)).toEqual(new Refusal(reason));
  expect(proxyFilter.safeParse({ search: written }).error?.issues[0]?.message).toBe(reason);
});

test('a key inside of a word is text', () => {
  expect(readSearch('xlabel:a  b\thost')).toEqual({ text: 'xlabel:a b host', terms: [] });
});
