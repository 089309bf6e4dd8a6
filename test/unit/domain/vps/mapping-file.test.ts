import { expect, test } from 'vitest';
import { readMappings } from '../../../../src/domain/vps/mapping-file.ts';

const read = (text: string, fileName = 'a.csv') => readMappings(text, { fileName, maxRows: 100 });
const rows = (text: string) => read(text).rows.map(({ line, vps, account }) => [line, vps, account]);

test('a header is found below title rows, which are named, and again in the middle of a file', () => {
  const text = 'Report of May\n;;\nvps;account\nnova;ann\nServer;Login;Notes\nrigel;ben;old\n';
  expect(rows(text)).toEqual([
    [4, 'nova', 'ann'],
    [6, 'rigel', 'ben'],
  ]);
  expect(read(text).rejected[0]).toEqual({ line: 1, reason: 'It is above the header row.' });
  expect(() => read('nova;ann\nrigel;ben\n')).toThrow('must have a header row');
});

test('a file may name VPS alone, with what is known of them', () => {
  const { rows: read1 } = read('vps,environment,region\nnova,production,fsn1\nrigel,,\n');
  expect(read1.map(({ vps, environment, region, proxy }) => [vps, environment, region, proxy])).toEqual([
    ['nova', 'production', 'fsn1', null],
    ['rigel', null, null, null],
  ]);
  expect(rows('vps\nnode\nnova\n')).toEqual([
    [2, 'node', null],
    [3, 'nova', null],
  ]);
});

test('unknown columns and the second of two with one meaning are named, and the first counts', () => {
  const file = read('vps,account,username,rack\nnova,ann,ben,7\n');
  expect([file.rows[0]?.account, file.unknownColumns]).toEqual(['ann', ['username', 'rack']]);
  const json = read('[{"vps": "nova", "login": "ann", "user_name": "x", "account": "ben"}]', 'a.json');
  expect([json.rows[0]?.account, json.unknownColumns]).toEqual(['ann', ['user_name', 'account']]);
});

test('names are read in their normal form, and mixed scripts are refused', () => {
  expect(rows('vps,account\n n\u200bova ,@Ann\n')).toEqual([[2, 'nova', 'Ann']]);
  expect(read('vps,account\nnоva,ann\n').rejected[0]?.reason).toMatch(/Use one script/);
});
