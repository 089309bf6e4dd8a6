import { expect, test } from 'vitest';
import { FileError, tooManyRows } from '../../../../../src/domain/parse/file-error.ts';
import { FormCounts } from '../../../../../src/domain/parse/form-counts.ts';

test('forms are counted by reading, and have the first line of each, in whatever order they come', () => {
  const forms = new FormCounts();
  forms.count('a', 'both', 7);
  forms.count('b', 'first', 5);
  forms.count('b', 'second', 4);
  forms.count('c', 'both', 9);
  forms.count('a', 'both', 3);
  forms.count('a', 'both', 8);
  forms.count('c', 'first', 2);
  expect(forms.result()).toEqual([
    { form: 'a', lines: { both: 3, first: 0, second: 0 } },
    { form: 'c', lines: { both: 1, first: 1, second: 0 } },
    { form: 'b', lines: { both: 0, first: 1, second: 1 } },
  ]);
  expect(forms.firstLines()).toEqual([3, 2, 4]);
});

test('a line with two readings counts once, and of as many lines the first one comes first', () => {
  const forms = new FormCounts();
  for (const line of [4, 5]) forms.count('a', 'first', line);
  for (const line of [1, 2, 3]) forms.count('b', 'second', line);
  for (const line of [1, 6]) forms.count('c', 'both', line);
  expect(forms.result().map(({ form }) => form)).toEqual(['b', 'c', 'a']);
  expect(forms.firstLines()).toEqual([1, 1, 4]);
});

test('fifty forms are named at most, those of most lines', () => {
  const forms = new FormCounts();
  for (let line = 1; line <= 51; line++) forms.count(`form ${line}`, 'both', line);
  forms.count('form 51', 'both', 52);
  expect(forms.result().map(({ form }) => form)).toEqual([
    'form 51',
    ...Array.from({ length: 49 }, (_, at) => `form ${at + 1}`),
  ]);
  expect(forms.firstLines()).toHaveLength(50);
});

test('a file with too many rows is an error with a name and a code', () => {
  const error = tooManyRows(200_000);
  expect(error).toBeInstanceOf(FileError);
  expect([error.name, error.code, error.message]).toEqual([
    'FileError',
    'too_many_rows',
    'The file has more than 200,000 rows, which is the limit.',
  ]);
});
