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

test('a cell that says neither yes nor no, and a list in JSON, are rejected rather than left out', () => {
  const csv = read('vps,proxy,documented\nnova,#1,yes\nnova,#2,No\nnova,#3,\nnova,#4,maybe\n');
  expect(csv.rows.map(({ proxy, isDocumented }) => [proxy, isDocumented])).toEqual([
    ['#1', true],
    ['#2', false],
    ['#3', true],
  ]);
  expect(csv.rejected).toEqual([{ line: 5, reason: 'The column “documented” must be yes or no.' }]);
  const json = read('[{"vps": "nova", "proxy": [1, 2]}, {"vps": "nova", "proxies": [1, 2], "region": null}]', 'a.json');
  expect(json.rejected.map(({ line }) => line)).toEqual([1]);
  expect([json.rows[0]?.vps, json.unknownColumns]).toEqual(['nova', ['proxies']]);
});
