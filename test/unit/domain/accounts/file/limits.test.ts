import { describe, expect, test } from 'vitest';
import { parseAccountFile } from '../../../../../src/domain/accounts/file/account-file.ts';

const read = (text: string, maxRows = 10_000) =>
  parseAccountFile(Buffer.from(text), { fileName: null, defaults: { model: 'Amber' }, maxRows });
const lines = (count: number) => Array.from({ length: count }, (_, at) => `ann${at}`);

describe('the delimiter of a list is looked for', () => {
  test('in its first 200 lines', () => {
    const usernames = (before: number) =>
      read([...lines(before), 'ben;Amber'].join('\n')).rows.map(({ username }) => username);
    expect(usernames(199)).toEqual([...lines(199), 'ben']);
    expect(usernames(200)).toEqual(lines(200));
  });

  test('among commas, semicolons, tabs and bars, and the one of most lines is taken', () => {
    for (const mark of [',', ';', '\t', '|']) {
      const other = mark === ',' ? ';' : ',';
      const text = `ann${mark}Amber${other}1\nben${mark}Amber\ncara${other}x\ndora${mark}Amber`;
      expect(read(text).rows.map(({ username, model }) => [username, model])).toEqual([
        ['ann', `Amber${other}1`],
        ['ben', 'Amber'],
        ['dora', 'Amber'],
      ]);
    }
  });
});

test('a header behind the first lines applies from there on, also to labels that look like passwords', () => {
  const { rows } = read([...lines(21), 'user,label', 'ben,s3cret!'].join('\n'));
  expect(rows.slice(20).map(({ username, label }) => [username, label])).toEqual([
    ['ann20', null],
    ['ben', 's3cret!'],
  ]);
});

test('a list has as many rows as allowed, those that are rejected among them', () => {
  expect(read('ann\n:\nben', 3).rows).toHaveLength(2);
  expect(() => read('ann\n:\nben', 2)).toThrow('The file has more than 2 rows, which is the limit.');
  expect(() => read('ann\nben\n:', 2)).toThrow('The file has more than 2 rows, which is the limit.');
});

describe('a column or key without a meaning is named', () => {
  test('fifty times at most, once each, and by a hundred characters', () => {
    const names = Array.from({ length: 51 }, (_, at) => `colour ${at}`);
    expect(read(`user,${names.join()}\nann`).unknownColumns).toEqual(names.slice(0, 50));
    const long = 'x'.repeat(100);
    expect(read(`user,${long},${long}y,z\nann`).unknownColumns).toEqual([long, 'z']);
    const entries = [
      { user: 'ann', colour: 1 },
      { user: 'ben', colour: 2, shape: 3 },
    ];
    expect(read(JSON.stringify(entries)).unknownColumns).toEqual(['colour', 'shape']);
  });
});

test('what is shown of a rejected row has at most 200 characters', () => {
  const { rejected } = read(`user\n${'x'.repeat(300)}`);
  expect(rejected.map(({ text }) => text)).toEqual([`${'x'.repeat(199)}…`]);
});

test('the name of a file decides only whether it is JSON', () => {
  const file = (fileName: string | null) =>
    parseAccountFile(Buffer.from('ann'), { fileName, defaults: { model: 'Amber' }, maxRows: 10 }).rows.length;
  expect([file(null), file('a.csv'), file('a.txt')]).toEqual([1, 1, 1]);
  expect(() => file('a.json')).toThrow('The JSON is invalid.');
});
