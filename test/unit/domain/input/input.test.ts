import { describe, expect, test } from 'vitest';
import { readEdited, readRequired } from '../../../../src/domain/input/edit-text.ts';
import { describeFormer } from '../../../../src/domain/input/former-values.ts';
import {
  MAX_ROW_NUMBER,
  readAnyNumber,
  readMarkedNumber,
  readRowNumber,
} from '../../../../src/domain/input/row-number.ts';
import { damagedPassword, spreadsheetDamage } from '../../../../src/domain/input/spreadsheet-damage.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

describe('the number of a row', () => {
  test.each(['1', '12', '1234567890', String(MAX_ROW_NUMBER)])('%s is one', (text) => {
    expect(readRowNumber(text)).toBe(Number(text));
  });

  test.each(['', '0', '012', '+12', '-1', '1.5', ' 12', '12 ', 'x12', '12x', '2147483648', '12345678901'])(
    '%j is none',
    (text) => {
      expect(readRowNumber(text)).toBeUndefined();
    },
  );

  test('has one # before it if it is marked', () => {
    expect([
      readMarkedNumber('#12'),
      readMarkedNumber('12'),
      readMarkedNumber('##12'),
      readMarkedNumber('1#2'),
    ]).toEqual([12, undefined, undefined, undefined]);
    expect([readAnyNumber('#12'), readAnyNumber('12'), readAnyNumber('1#2')]).toEqual([12, 12, undefined]);
  });
});

describe('a field that people edit', () => {
  const upper = (text: string) => (text === 'bad' ? new Refusal('bad') : text.toUpperCase());

  test('keeps its value if it is absent, loses it if it is cleared, and else has the new one', () => {
    expect([undefined, '', ' - ', ' new '].map((text) => readEdited(text, upper))).toEqual([
      undefined,
      null,
      null,
      'NEW',
    ]);
    expect(readEdited('bad', upper)).toEqual(new Refusal('bad'));
  });

  test('cannot be cleared if it is required', () => {
    expect([undefined, 'new'].map((text) => readRequired(text, upper, 'needed'))).toEqual([undefined, 'NEW']);
    for (const text of ['', '-']) expect(readRequired(text, upper, 'needed')).toEqual(new Refusal('needed'));
  });
});

test('former values are named with their numbers, and the others are counted', () => {
  const values = [
    { value: null, count: 1200 },
    { value: 'acme', count: 300 },
  ];
  expect(describeFormer({ values, others: 0 }, (text) => `“${text}”`)).toBe('(none) 1,200 · “acme” 300');
  expect(describeFormer({ values: values.slice(1), others: 1000 }, (text) => text)).toBe('acme 300 · others 1,000');
});

describe('what a spreadsheet damages', () => {
  test.each(['1.78414E+16', '-2E-05', '+1,5E+3', ' 1E+5 ', '12E+123'])('%j has lost digits', (cell) => {
    expect(spreadsheetDamage(cell)?.reason).toContain('rounded');
  });

  test.each([
    '#REF!',
    '#N/A',
    '#value!',
    '#NAME?',
    '#DIV/0!',
    '#NULL!',
    '#NUM!',
    '#SPILL!',
    '#CALC!',
    '#GETTING_DATA',
    '##',
    ' ##### ',
  ])('%j is an error', (cell) => {
    expect(spreadsheetDamage(cell)?.reason).toContain('error of the spreadsheet');
  });

  test.each([
    '',
    '17841',
    '1.5',
    '1e+16',
    'x1E+16',
    '#1E+16',
    '1E+16x',
    '1.E+16',
    '1E16',
    '1E+1234',
    '#',
    '#7',
    'a#REF!',
    '#REF',
    '1#REF!',
    '#REF!x',
    'zebra',
    'Zoe',
    '[1',
  ])('%j is not damaged', (cell) => {
    expect(spreadsheetDamage(cell)).toBeNull();
  });

  test('does not include passwords of number signs', () => {
    expect([damagedPassword('####'), damagedPassword(' ## '), damagedPassword('#')]).toEqual([null, null, null]);
    expect(damagedPassword('#N/A')).toBeInstanceOf(Refusal);
    expect(damagedPassword('a##')).toBeNull();
    expect(damagedPassword('1E+16')).toBeInstanceOf(Refusal);
  });
});
