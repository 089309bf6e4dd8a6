import { describe, expect, test } from 'vitest';
import { DayOrder } from '../../../../../src/domain/parse/day-order.ts';
import { proxy, read, readAll } from '../read.ts';

const HEADER = 'host,port,expires';
/** A file with a row for each expiry. */
const file = (...dates: string[]) =>
  read([HEADER, ...dates.map((date, at) => `203.0.113.${at + 1},80,${date}`)].join('\n'));
const day = (iso: string) => new Date(`${iso}T23:59:59.999Z`);
/** Line, reading and date of each row. */
const seen = ({ rows }: ReturnType<typeof read>) =>
  rows.map(({ line, reading, fields }) => [line, reading, fields.expiresAt?.toISOString().slice(0, 10)]);

describe('of 05/06/2027 the day is', () => {
  test('the first number, if any date of the file shows it, above or below', () => {
    for (const dates of [
      ['05/06/2027', '25/06/2027'],
      ['25/06/2027', '05/06/2027'],
    ]) {
      expect(file(...dates)).toMatchObject({ choice: null, rejected: [] });
      expect(
        seen(file(...dates))
          .map(([, reading, date]) => [reading, date])
          .sort(),
      ).toEqual([
        ['both', '2027-06-05'],
        ['both', '2027-06-25'],
      ]);
    }
  });

  test('the second number, if any date of the file shows that', () => {
    expect(file('05/06/2027', '06/25/2027')).toMatchObject({ choice: null, rejected: [] });
    expect(seen(file('05/06/2027', '06/25/2027'))).toEqual([
      [2, 'both', '2027-05-06'],
      [3, 'both', '2027-06-25'],
    ]);
  });

  test('asked if nothing shows it, and both answers are there', () => {
    const asked = file('05/06/2027', '2027-01-01', '07/08/2027');
    expect(asked.rejected).toEqual([]);
    expect(asked.choice).toEqual({
      taken: 'first',
      lines: 2,
      first: { form: 'dd/mm/yyyy', example: '2027-06-05' },
      second: { form: 'mm/dd/yyyy', example: '2027-05-06' },
    });
    expect(seen(asked)).toEqual([
      [2, 'first', '2027-06-05'],
      [2, 'second', '2027-05-06'],
      [3, 'both', '2027-01-01'],
      [4, 'first', '2027-08-07'],
      [4, 'second', '2027-07-08'],
    ]);
  });

  test('unknown if dates of the file contradict each other', () => {
    const contradictory = file('25/06/2027', '06/25/2027', '05/06/2027');
    expect(contradictory.choice).toBeNull();
    expect(seen(contradictory)).toEqual([
      [2, 'both', '2027-06-25'],
      [3, 'both', '2027-06-25'],
    ]);
    expect(contradictory.rejected).toEqual([
      { line: 4, reading: 'both', reason: 'Ambiguous expiry: use YYYY-MM-DD, such as 2026-12-31.', text: '' },
    ]);
  });

  test('of no importance if both numbers are the same', () => {
    expect(file('06/06/2027')).toMatchObject({ choice: null, rejected: [] });
    expect(seen(file('06/06/2027'))).toEqual([[2, 'both', '2027-06-06']]);
  });
});

test('a file asks one question: dates that would be another one are rejected', () => {
  const text = 'proxy,expires\na.example.com:1:b.example.com:2,\n203.0.113.7:80,05/06/2027';
  const asked = read(text);
  expect(asked.choice).toMatchObject({ lines: 1 });
  expect(asked.choice?.first.form).not.toContain('yyyy');
  expect(asked.rejected).toMatchObject([{ line: 3, reason: expect.stringContaining('Ambiguous expiry') }]);
});

test('a date in a line, or beside one, counts in the same way', () => {
  const lines = ['http://203.0.113.1:80?expires=05/06/2027', 'http://203.0.113.2:80?expires=06/25/2027'];
  expect(readAll(lines.join('\n')).map(({ expiresAt }) => expiresAt)).toEqual([day('2027-05-06'), day('2027-06-25')]);
  const rows = ['proxy,expires', '203.0.113.1:80,05/06/2027', '203.0.113.2:80,25/06/2027'];
  expect(readAll(rows.join('\n')).map(({ expiresAt }) => expiresAt)).toEqual([day('2027-06-05'), day('2027-06-25')]);
});

test('another field of a row with such a date is still checked', () => {
  expect(read(`${HEADER},country\n203.0.113.1,80,05/06/2027,Atlantis`).rejected).toMatchObject([{ line: 2 }]);
  expect(readAll(`${HEADER},label\n203.0.113.7,8080,25/06/2027,Desk`)).toEqual([
    proxy({ label: 'Desk', expiresAt: day('2027-06-25') }),
  ]);
});

test('dates show that the day is first, the month, both or neither', () => {
  const shown = (...dates: string[]) => {
    const order = new DayOrder();
    for (const expiresAt of dates) order.read({ expiresAt });
    return order.shown;
  };
  expect(shown('05/06/2027')).toBeNull();
  expect(shown('05/06/2027', '25/06/2027')).toBe('day');
  expect(shown('06/25/2027')).toBe('month');
  expect(shown('06/25/2027', '25/06/2027')).toBe('both');
});
