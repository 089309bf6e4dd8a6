import { expect, test } from 'vitest';
import { readStart } from '../../../../src/domain/incidents/maintenance.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

const NOW = new Date('2026-11-26T21:30:00.000Z');
const start = (written: string) => {
  const read = readStart(written, NOW);
  return read instanceof Refusal ? read.reason : read.toISOString();
};

test('a start is a moment in UTC, or in the zone that is given', () => {
  expect(start(' 2026-12-01 22:00 ')).toBe('2026-12-01T22:00:00.000Z');
  expect(start('2026-12-01 22:00 +02:00')).toBe('2026-12-01T20:00:00.000Z');
});

test('a time alone is the next one: today, or tomorrow if it is over', () => {
  expect(start('22:00')).toBe('2026-11-26T22:00:00.000Z');
  expect(start(' 21:30 ')).toBe('2026-11-26T21:30:00.000Z');
  expect(start('21:29')).toBe('2026-11-27T21:29:00.000Z');
  expect(start('9:05')).toBe('2026-11-27T09:05:00.000Z');
  expect([start('23:59'), start('0:00')]).toEqual(['2026-11-26T23:59:00.000Z', '2026-11-27T00:00:00.000Z']);
});

test.each(['24:00', '22:60'])('%s is refused, as it is not a time of day', (written) => {
  expect(start(written)).toBe('The start must be a time of day, such as 22:00.');
});

test('a date alone is refused, since it would be the end of the day', () => {
  expect(start('2026-12-01')).toBe('The start must have a time, such as 2026-12-01 22:00.');
});

test.each(['at 22:00', '22:00 h', '122:00', '22:000'])('%s is refused as a date', (written) => {
  expect(start(written)).toMatch(/^The start must be a date/);
});

test('a start is from now on and within 90 days', () => {
  expect(start('2026-11-26 21:30')).toBe('2026-11-26T21:30:00.000Z');
  expect(start('2026-11-26 21:29')).toBe('The start must be in the future.');
  expect(start('2027-02-24 21:30')).toBe('2027-02-24T21:30:00.000Z');
  expect(start('2027-02-24 21:31')).toBe('The start must be within 90 days.');
});
