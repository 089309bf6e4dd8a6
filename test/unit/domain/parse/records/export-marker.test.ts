import { describe, expect, test } from 'vitest';
import {
  defuseCell,
  EXPORT_FORMAT,
  EXPORT_ONLY_COLUMNS,
  EXPORT_VERSION,
  findExportMarker,
  requireVersion,
  restoreCell,
  restorerOf,
} from '../../../../../src/domain/parse/records/export-format.ts';

const NEWER = 'Unsupported export format; this version of the bot reads versions 1 and 2.';

test('an export names itself', () => {
  expect([EXPORT_FORMAT, EXPORT_VERSION]).toEqual(['proxy-ops-export', 2]);
  expect([...EXPORT_ONLY_COLUMNS]).toEqual(['id', 'status', 'model', 'external_id']);
});

test.each([
  ['# proxy-ops-export v1\n', 1, 22],
  ['# proxy-ops-export v2\r\nhost', 2, 23],
  ['# proxy-ops-export v2\rhost', 2, 22],
  ['# proxy-ops-export v2', 2, 21],
  ['"# proxy-ops-export v2"\nhost', 2, 24],
  ['# proxy-ops-export v2;;;,\t\nhost', 2, 27],
  ['# proxy-ops-export v000002\n', 2, 27],
])('the marker of %j', (text, version, length) => {
  expect(findExportMarker(text)).toEqual({ version, length });
});

test.each([
  ' # proxy-ops-export v1\n',
  '\n# proxy-ops-export v1\n',
  '# proxy-ops-export v1 x\n',
  '# proxy-ops-export v\n',
  '# proxy-ops-export 1\n',
  '# proxy-ops-export v1|\n',
  '# proxy-ops-export v1000000\n',
  '""# proxy-ops-export v1\n',
  '#  proxy-ops-export v1\n',
])('no marker: %j', (text) => {
  expect(findExportMarker(text)).toBeNull();
});

test('a version that this program does not know is an error', () => {
  expect(() => findExportMarker('# proxy-ops-export v3')).toThrow(
    expect.objectContaining({ code: 'newer_export', message: NEWER }),
  );
  for (const version of [0, 3, '2', null]) expect(() => requireVersion(version)).toThrow(NEWER);
  for (const version of [1, 2]) expect(() => requireVersion(version)).not.toThrow();
});

describe('a cell', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['=1', "'=1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a', "'@a"],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠1', "'＠1"],
    ['a=b', 'a=b'],
    [' =1', "' =1"],
    ["'=1", "''=1"],
    ['"=1', `'"=1`],
    [`'" '-`, `''" '-`],
    ["'a", "'a"],
    ['a;=b', "a;'=b"],
    ['a,-b|@c', "a,'-b|'@c"],
    ['a\t+b\r\n-c', "a\t'+b\r\n'-c"],
    [';=', ";'="],
    ['\ta', "'\ta"],
    ['\na', "'\na"],
    ['\ra', "'\ra"],
    ["'\ta", "''\ta"],
    ['\t=a', "'\t'=a"],
    [' \ta', ' \ta'],
  ])('%j is defused as %j, and restored', (cell, defused) => {
    expect(defuseCell(cell)).toBe(defused);
    expect(restoreCell(defused)).toBe(cell);
    expect(restorerOf(2)(defused)).toBe(cell);
  });

  test.each([
    ["'=a", '=a'],
    ["'+a", '+a'],
    ["'-a", '-a'],
    ["'@a", '@a'],
    ["'\ta", '\ta'],
    ["'\ra", '\ra'],
    ["''=a", "'=a"],
    ["'a", "'a"],
    ["'", "'"],
    ["x'=a", "x'=a"],
    ["a;'=b", "a;'=b"],
    ["'\na", "'\na"],
    ["' =a", "' =a"],
    ['=a', '=a'],
  ])('of the first version is restored: %j as %j', (cell, restored) => {
    expect(restorerOf(1)(cell)).toBe(restored);
  });
});
