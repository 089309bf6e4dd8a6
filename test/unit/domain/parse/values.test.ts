import { describe, expect, test } from 'vitest';
import { readCost } from '../../../../src/domain/parse/fields/cost.ts';
import { readCountry } from '../../../../src/domain/parse/fields/country.ts';
import { readMoment } from '../../../../src/domain/parse/fields/moment.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

describe('an expiry', () => {
  test.each([
    ['2026-12-31', '2026-12-31T00:00:00.000Z'],
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59.000Z'],
    ['2026-12-31T23:59:59.123456Z', '2026-12-31T23:59:59.123Z'],
    ['2026-12-31 23:59', '2026-12-31T23:59:00.000Z'],
    ['2026-12-31 23:59:59 UTC', '2026-12-31T23:59:59.000Z'],
    ['2026-12-31T23:59:59+02:00', '2026-12-31T21:59:59.000Z'],
    ['2026-12-31T23:59:59-0530', '2027-01-01T05:29:59.000Z'],
    ['31.12.2026', '2026-12-31T00:00:00.000Z'],
    ['1.2.2027 08:30', '2027-02-01T08:30:00.000Z'],
    ['2026/12/31', '2026-12-31T00:00:00.000Z'],
    ['1798675200', '2026-12-31T00:00:00.000Z'],
    ['1798675200000', '2026-12-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(readMoment(text)).toEqual(new Date(iso));
  });

  test.each([
    '12/31/2026',
    '05/06/2027',
    '5/6/27',
    '2026-13-01',
    '2026-02-29',
    '32.12.2026',
    '2026-12-31T24:00',
    'soon',
    '20261231',
    '46022',
    '-1',
    '0000-01-01',
  ])('%s is refused', (text) => {
    expect(readMoment(text)).toBeInstanceOf(Refusal);
  });
});

describe('a cost', () => {
  test.each([
    ['12', 12],
    ['12.5', 12.5],
    ['12,50', 12.5],
    ['$12.50', 12.5],
    ['12,50 €', 12.5],
    ['USD 12.50', 12.5],
    ['12.50 usd', 12.5],
    ['$ 12.50/mo', 12.5],
    ['€3,20 / month', 3.2],
    ['1,234.50', 1234.5],
    ['1.234,50 €', 1234.5],
    ['1 234,50', 1234.5],
    ["1'234.50", 1234.5],
    ['1,234,567', 1234567],
    ['0', 0],
    ['0.99', 0.99],
  ])('%s is %d', (text, cost) => {
    expect(readCost(text)).toBe(cost);
  });

  test.each([
    '1,234',
    '1.234',
    '12.345',
    '-5',
    'free',
    '$',
    '3 per GB',
    '1,23,4',
    '1.2.3',
    '12,,5',
    '99999999999',
    '1,234,567,89',
  ])('%s is refused', (text) => {
    expect(readCost(text)).toBeInstanceOf(Refusal);
  });
});

describe('a country', () => {
  test.each([
    ['DE', 'DE'],
    ['de', 'DE'],
    [' us ', 'US'],
    ['UK', 'GB'],
    ['uk', 'GB'],
    ['EU', 'EU'],
    ['Germany', 'DE'],
    ['united states', 'US'],
    ['USA', 'US'],
    ['DEU', 'DE'],
    ['gbr', 'GB'],
    ['Che', 'CH'],
    ['XKX', 'XK'],
    ['United Kingdom', 'GB'],
    ['Czech Republic', 'CZ'],
    ['Czechia', 'CZ'],
    ['Türkiye', 'TR'],
    ['Turkey', 'TR'],
    ['Hong Kong', 'HK'],
    ['Hong Kong SAR China', 'HK'],
    ['Côte d’Ivoire', 'CI'],
    ["Cote d'Ivoire", 'CI'],
    ['Bosnia and Herzegovina', 'BA'],
    ['Bosnia & Herzegovina', 'BA'],
    ['South Korea', 'KR'],
    ['Vietnam', 'VN'],
  ])('%s is %s', (text, code) => {
    expect(readCountry(text)).toBe(code);
  });

  test.each(['', 'XX', 'ZZ', 'SU', 'ZZZ', 'DEX', 'Atlantis', 'US-NY', '49'])('%j is none', (text) => {
    expect(readCountry(text)).toBeNull();
  });
});
