import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  joinValues,
  lineOfText,
  quoteValue,
  splitLast,
  splitValues,
  valuesSchema,
} from '../../../../src/domain/filters/values.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

test('values are separated by commas, and quotes keep a comma', () => {
  expect(splitValues('Acme, "Globex, Inc" , (none)')).toEqual(['Acme', 'Globex, Inc', '(none)']);
  expect(splitValues(' a ,, a,"", b ')).toEqual(['a', 'b']);
  expect(splitValues('')).toEqual([]);
});

test('only a value with a comma, or with a quote at its beginning, is put in quotes', () => {
  expect(['Acme', 'Globex, Inc', '"x', 'a"b'].map(quoteValue)).toEqual(['Acme', '"Globex, Inc"', '"x"', 'a"b']);
});

test('what is joined is split into the same values', () => {
  const value = fc.stringMatching(/^[a-z]([a-z ,.-]*[a-z.])?$/);
  fc.assert(
    fc.property(fc.uniqueArray(value, { maxLength: 5 }), (values) => {
      expect(splitValues(joinValues(values))).toEqual(values);
    }),
  );
});

test('the value that is being typed is the last one, quoted or not', () => {
  expect(splitLast('ac')).toEqual({ before: '', last: 'ac' });
  expect(splitLast('Acme, gl ')).toEqual({ before: 'Acme, ', last: 'gl' });
  expect(splitLast('Acme, "Globex, I')).toEqual({ before: 'Acme, ', last: 'Globex, I' });
  expect(splitLast('"Globex, Inc", b')).toEqual({ before: '"Globex, Inc", ', last: 'b' });
  expect(splitLast('Acme,')).toEqual({ before: 'Acme, ', last: '' });
});

const schema = valuesSchema((value) => (value === 'bad' ? new Refusal('not a value') : value.toUpperCase()));

test('a filter reads each value, keeps (none) in any case, and reads its own output the same', () => {
  const read = schema.parse('acme, (NONE), "a, b"');
  expect(read).toBe('ACME, (none), "A, B"');
  expect(schema.parse(read)).toBe(read);
});

test('a filter is refused with the reason of the value, or for having none', () => {
  const messageOf = (text: string) => schema.safeParse(text).error?.issues.map(({ message }) => message);
  expect(messageOf('acme, bad')).toEqual(['not a value']);
  expect(messageOf(' , ')).toEqual(['names no value']);
  expect(schema.safeParse(' , ').error?.issues[0]?.code).toBe('custom');
  expect(schema.safeParse('x'.repeat(501)).success).toBe(false);
  expect(schema.safeParse('x'.repeat(500)).success).toBe(true);
});

test('a line of text says something and holds no control characters', () => {
  const isLine = (text: string) => lineOfText(5).safeParse(text).success;
  expect([' abc ', 'abcde', 'äöü'].map(isLine)).toEqual([true, true, true]);
  expect(['', '   ', 'abcdef', 'a\nb', 'a\u007fb', 'a\u0000b'].map(isLine)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(lineOfText(5).parse(' ab ')).toBe('ab');
  expect(lineOfText(5).safeParse('a\tb').error?.issues[0]?.message).toBe('holds control characters');
});
