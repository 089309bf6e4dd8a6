import { describe, expect, test } from 'vitest';
import { readCost } from '../../../../../src/domain/parse/fields/cost.ts';
import { readMoment, readSlashedDate } from '../../../../../src/domain/parse/fields/moment.ts';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import { copyStatement } from '../../../../../src/domain/parse/staged-rows.ts';
import { detail } from '../../../../../src/domain/proxies/fields.ts';

const { expiresAt, monthlyCost, tags, label, notes, provider, country, changeIpUrl } = {
  expiresAt: detail('expiresAt').kind,
  monthlyCost: detail('monthlyCost').kind,
  tags: detail('tags').kind,
  label: detail('label').kind,
  notes: detail('notes').kind,
  provider: detail('provider').kind,
  country: detail('country').kind,
  changeIpUrl: detail('changeIpUrl').kind,
};

describe('a value is shown to people', () => {
  test.each([
    ['2026-12-31T23:59:59.999Z', '2026-12-31'],
    ['2026-12-31T18:30:00.000Z', '2026-12-31 18:30 UTC'],
    ['2026-12-31T18:30:59.123Z', '2026-12-31 18:30 UTC'],
    ['2026-12-31T23:59:59.000Z', '2026-12-31 23:59 UTC'],
  ])('the moment %s as %s, which is read back to the minute', (iso, shown) => {
    expect(expiresAt.show(new Date(iso))).toBe(shown);
    expect(String(expiresAt.write(expiresAt.read(shown, 'expiry')))).toContain(iso.slice(0, 16));
  });

  test('an amount with its cents, a list with commas, and a text as it is', () => {
    expect([monthlyCost.show(12.5), monthlyCost.show(3), monthlyCost.write(12.5)]).toEqual(['12.50', '3.00', '12.50']);
    expect([tags.show(['a', 'b']), tags.write(['a', 'b'])]).toEqual(['a, b', 'a,b']);
    expect([label.show('Desk'), notes.show('a\nb')]).toEqual(['Desk', 'a\nb']);
  });

  test('and nothing as nothing, which is read back as nothing', () => {
    for (const kind of [expiresAt, monthlyCost, tags, label, notes, provider, country, changeIpUrl]) {
      expect([kind.show(kind.none), kind.write(kind.none)]).toEqual(['', '']);
      expect(kind.read('', 'value')).toEqual(kind.none);
    }
  });
});

test('of JSON a text is taken, a number as an amount, and a list of texts as a list', () => {
  for (const kind of [expiresAt, monthlyCost, tags, label]) {
    expect(kind.fromJson('a')).toBe('a');
    for (const other of [true, null, {}, undefined]) expect(kind.fromJson(other)).toBeUndefined();
  }
  expect([monthlyCost.fromJson(1.999), monthlyCost.fromJson(12)]).toEqual(['2.00', '12.00']);
  expect([label.fromJson(7), expiresAt.fromJson(7), tags.fromJson(7)]).toEqual([undefined, undefined, undefined]);
  expect([tags.fromJson(['a', 'b']), tags.fromJson(['a', 1]), tags.fromJson([])]).toEqual(['a,b', undefined, '']);
  expect([label.fromJson(['a']), monthlyCost.fromJson(['a'])]).toEqual([undefined, undefined]);
});

test('only notes have several lines, and each kind says how much it holds', () => {
  const kinds = [expiresAt, monthlyCost, tags, label, notes, country, changeIpUrl];
  expect(kinds.map(({ isLong }) => isLong)).toEqual([false, false, false, false, true, false, false]);
  expect(kinds.map(({ maxChars }) => maxChars)).toEqual([60, 60, 1040, 100, 1000, 60, 2000]);
  expect(kinds.map(({ maxItemChars }) => maxItemChars)).toEqual([60, 60, 50, 100, 1000, 60, 2000]);
  expect(kinds.map(({ sqlType }) => sqlType)).toEqual([
    ...['timestamptz', 'numeric(12, 2)', 'text[]', 'text', 'text', 'text', 'text'],
  ]);
  expect(kinds.map(({ name }) => name)).toEqual(['moment', 'amount', 'list', 'text', 'text', 'text', 'text']);
});

describe('a list', () => {
  test('has each item once, without blanks around, and none that is empty', () => {
    expect(tags.read(' a ,b;;a| c c ', 'tags')).toEqual(['a', 'b', 'c c']);
    expect(tags.read(',;|', 'tags')).toEqual([]);
  });

  test('has at most 20 items of 50 characters', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`);
    expect(tags.read(many(20).join(), 'tags')).toEqual(many(20));
    expect(tags.read(many(21).join(), 'tags')).toEqual(new Refusal('There must be at most 20 tags.'));
    expect(tags.read('x'.repeat(50), 'tags')).toEqual(['x'.repeat(50)]);
    expect(tags.read(`a,${'x'.repeat(51)}`, 'tags')).toMatchObject({
      reason: expect.stringContaining('The tag must be'),
    });
  });
});

describe('a link', () => {
  test.each(['http://a.example', 'HTTPS://a.example/x?y=1', 'https://203.0.113.7:8443/r'])('%s is one', (text) => {
    expect(changeIpUrl.read(text, 'link')).toBe(text);
  });

  test.each([
    'ftp://a.example',
    'a.example',
    'xhttps://a.example',
    'https://a b.example',
    'https://',
    'http:/a.example',
  ])('%s is none', (text) => {
    expect(changeIpUrl.read(text, 'link')).toEqual(new Refusal('The link must be an http:// or https:// URL.'));
  });

  test('that is too long is refused for that', () => {
    expect(changeIpUrl.read(`https://a.example/${'x'.repeat(2000)}`, 'link')).toMatchObject({
      reason: expect.stringContaining('at most 2,000'),
    });
  });
});

describe('a moment', () => {
  const iso = (text: string) => {
    const read = readMoment(text);
    return read instanceof Refusal ? read.reason : read.toISOString();
  };

  test.each([
    ...'january february march april may june july august september october november december'.split(' ').entries(),
  ])('names month %d as %s', (index, name) => {
    const month = String(index + 1).padStart(2, '0');
    for (const written of [name, name.slice(0, 3), name.toUpperCase()]) {
      expect(iso(`15 ${written} 2027`)).toBe(`2027-${month}-15T23:59:59.999Z`);
      expect(iso(`${written}. 15, 2027`)).toBe(`2027-${month}-15T23:59:59.999Z`);
    }
  });

  test.each([
    ['2027-1-5', '2027-01-05T23:59:59.999Z'],
    ['2027/1/5 7:05', '2027-01-05T07:05:00.000Z'],
    ['5.1.2027, 7:05:09', '2027-01-05T07:05:09.000Z'],
    ['2027-01-05T07:05:09.5', '2027-01-05T07:05:09.500Z'],
    ['2027-01-05T07:05:09.123456789Z', '2027-01-05T07:05:09.123Z'],
    ['2027-01-05 07:05 GMT', '2027-01-05T07:05:00.000Z'],
    ['2027-01-05 07:05+0130', '2027-01-05T05:35:00.000Z'],
    ['2027-01-05 07:05-01:30', '2027-01-05T08:35:00.000Z'],
    ['2027-01-05 07:05 +02', '2027-01-05T05:05:00.000Z'],
    ['2027-01-05t07:05z', '2027-01-05T07:05:00.000Z'],
    ['1970-01-01 00:00', '1970-01-01T00:00:00.000Z'],
    ['2027-12-31 23:59:59', '2027-12-31T23:59:59.000Z'],
    ['1000000000', '2001-09-09T01:46:40.000Z'],
    ['999999999', '2001-09-09T01:46:39.000Z'],
    ['1000000000000', '2001-09-09T01:46:40.000Z'],
    ['999999999999', '2001-09-09T01:46:39.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each([
    ...[
      'x2027-01-05',
      '2027-01-05x',
      '2027-01-05 07:60',
      '2027-01-05 24:00',
      '2027-01-05 07:05:60',
      '2027-13-01',
      '2027-00-10',
    ],
    ...[
      '2027-02-30',
      '2027-04-31',
      '2027-01-00',
      '1969-12-31',
      '15 ja 2027',
      '15 janu 2027',
      '12345678',
      '12345678901',
    ],
    ...[
      '99999999999999',
      '2027-01-05 7',
      '2027-01-05  07:05',
      '2027-01-05 07:05 EST',
      '2027-01-05 07:05+2',
      '32/13/2027',
    ],
  ])('%s is none', (text) => {
    expect(iso(text)).toBe('The date must be a date, such as 2026-12-31.');
  });

  test('with two orders is refused, and each of them is known', () => {
    expect(iso('05/06/2027')).toBe('Ambiguous date: use YYYY-MM-DD, such as 2026-12-31.');
    expect(readSlashedDate('05/06/2027 07:05')).toEqual({
      dayFirst: new Date('2027-06-05T07:05:00Z'),
      monthFirst: new Date('2027-05-06T07:05:00Z'),
    });
    expect(readSlashedDate('25/06/2027')).toEqual({ dayFirst: new Date('2027-06-25T23:59:59.999Z'), monthFirst: null });
    expect(readSlashedDate('06/25/2027')).toEqual({ dayFirst: null, monthFirst: new Date('2027-06-25T23:59:59.999Z') });
    expect(readSlashedDate('2027-06-25')).toBeNull();
  });
});

describe('an amount', () => {
  test.each([
    ['1,234,567.89', 1_234_567.89],
    ["1'234", 1234],
    ['1 234', 1234],
    ['1.234.567', 1_234_567],
    ['1.234,5', 1234.5],
    ['EUR 5', 5],
    ['5EUR', 5],
    ['5 / mo', 5],
    ['5/month', 5],
    ['5 per month', 5],
    ['5 usd per month', 5],
    ['£5', 5],
    ['9999999999', 9_999_999_999],
    [`5${' '.repeat(58)}€`, 5],
  ])('%j is %d', (text, cost) => {
    expect(readCost(text)).toBe(cost);
  });

  test.each([
    [`5${' '.repeat(59)}€`, 'The cost must be an amount, such as 12.50.'],
    ['1,234', 'Ambiguous cost (thousands or decimals): write it as 1234.00.'],
    ['123.456', 'Ambiguous cost (thousands or decimals): write it as 1234.00.'],
    ['10000000000', 'The cost must be at most 9,999,999,999.'],
    ['1.234.56', 'The cost must be an amount, such as 12.50.'],
    ['1.234.567.8', 'The cost must be an amount, such as 12.50.'],
    ['1234,567', 'The cost must be an amount, such as 12.50.'],
    ['EURO 5', 'The cost must be an amount, such as 12.50.'],
    ['5 per year', 'The cost must be an amount, such as 12.50.'],
    ['x5', 'The cost must be an amount, such as 12.50.'],
    ['5x', 'The cost must be an amount, such as 12.50.'],
  ])('%j is refused: %s', (text, reason) => {
    expect(readCost(text)).toEqual(new Refusal(reason));
  });
});

test('rows are copied into the columns of their table, in the order in which they are written', () => {
  expect(copyStatement('import_rejections')).toBe(
    'copy import_rejections (plan_id, line, reading, reason, text) from stdin (format binary)',
  );
});
