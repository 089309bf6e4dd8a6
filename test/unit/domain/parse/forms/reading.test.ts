import { expect, test } from 'vitest';
import { noAddresses } from '../../../../../src/domain/parse/forms/addresses.ts';
import { append, type LineReading, newReading, resetReading } from '../../../../../src/domain/parse/forms/reading.ts';

const NONE = { words: [], label: '', isNamed: false, before: '', behind: '' };
const EMPTY = { userFrom: -1, userTo: -1, passwordFrom: -1, passwordTo: -1, beside: NONE };

test('a reading that is to be filled in says nothing', () => {
  const { layout, ...others } = newReading();
  expect(others).toEqual({
    ...EMPTY,
    isStrong: false,
    hostFrom: 0,
    hostTo: 0,
    port: 0,
    instead: null,
    refusal: null,
    open: null,
    next: null,
  });
  expect([layout.order, layout.address, layout.middle, layout.credentials]).toEqual([0, 0, 0, 0]);
  expect(noAddresses()).toEqual({ count: 0, first: -1, second: -1, strength: 'weak' });
});

test('a reading that is used again has no credentials and nothing beside them', () => {
  const reading = newReading();
  const filled = Object.assign(reading, { userFrom: 1, userTo: 2, passwordFrom: 3, passwordTo: 4 });
  filled.beside = { ...NONE, label: 'Desk 7' };
  expect(resetReading(filled)).toBe(reading);
  expect(reading).toMatchObject(EMPTY);
});

test('lists of readings are joined in their order', () => {
  const list = (...ports: number[]) =>
    ports.reduceRight<LineReading | null>((next, port) => ({ ...newReading(), port, next }), null);
  const portsOf = (reading: LineReading | null): number[] => (reading ? [reading.port, ...portsOf(reading.next)] : []);
  expect(portsOf(append(list(1, 2, 3), list(4, 5)))).toEqual([1, 2, 3, 4, 5]);
  expect(portsOf(append(list(1), list(2)))).toEqual([1, 2]);
  expect(portsOf(append(null, list(1, 2)))).toEqual([1, 2]);
  expect(portsOf(append(list(1, 2), null))).toEqual([1, 2]);
  expect(append(null, null)).toBeNull();
});
