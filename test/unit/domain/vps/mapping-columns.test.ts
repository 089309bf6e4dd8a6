import { describe, expect, test } from 'vitest';
import { FileError } from '../../../../src/domain/parse/file-error.ts';
import {
  EXPORT_COLUMNS,
  isMappingExport,
  mappingColumn,
  refuseMappingExport,
  refuseTableOfVps,
} from '../../../../src/domain/vps/mapping-columns.ts';
import { changesOf, NONE_KEPT } from '../../../../src/domain/vps/vps-import.ts';

const NAMES = {
  vps: 'vps vpsname server servername machine node hostname',
  environment: 'environment env stage',
  region: 'region location datacenter zone',
  proxy: 'proxy proxynumber proxyid number proxyaddress',
  host: 'host ip proxyhost proxyip address',
  port: 'port proxyport',
  account: 'account username accountname login handle',
  documented: 'documented link linked',
  notes: 'notes note comment comments remark',
};

test.each(Object.entries(NAMES))('the %s of a relation is in a column named %j', (column, names) => {
  for (const name of names.split(' ')) expect([name, mappingColumn(name)]).toEqual([name, column]);
});

test('names are compared without case, blanks, lines and hyphens', () => {
  expect(['VPS Name', 'proxy_number', 'Proxy-IP', '\u200bhost'].map(mappingColumn)).toEqual([
    'vps',
    'proxy',
    'host',
    'host',
  ]);
  expect(['colour', '', 'vps.name'].map(mappingColumn)).toEqual([undefined, undefined, undefined]);
});

describe('a table of VPS that is uploaded as a list of accounts', () => {
  test.each([['vps'], ['VPS Name'], ['vps', 'region'], ['vps', 'proxy', 'colour'], ['colour', 'vps', 'environment']])(
    'is refused: %j',
    (...names) => {
      expect(() => refuseTableOfVps(names)).toThrow(
        new FileError('list_of_mappings', 'The column names are those of a list of VPS.'),
      );
    },
  );

  test.each([['vps', 'account'], ['server', 'region'], ['vps', 'colour'], ['username'], []])(
    'is not seen in the columns %j',
    (...names) => {
      expect(() => refuseTableOfVps(names)).not.toThrow();
    },
  );
});

test('an export of VPS is known by all its columns, in their order', () => {
  expect(EXPORT_COLUMNS.join()).toBe('vps,environment,proxy,address,account,model,documented,notes');
  expect(isMappingExport(EXPORT_COLUMNS)).toBe(true);
  expect(isMappingExport([...EXPORT_COLUMNS, 'more'])).toBe(true);
  expect(isMappingExport(EXPORT_COLUMNS.slice(1))).toBe(false);
  expect(isMappingExport(EXPORT_COLUMNS.slice(0, -1))).toBe(false);
  expect(() => refuseMappingExport(EXPORT_COLUMNS)).toThrow(
    new FileError('list_of_mappings', 'This file is an export of VPS.'),
  );
  expect(() => refuseMappingExport(['host', 'port'])).not.toThrow();
});

test('the changes of an import of VPS are all that it adds or moves, and not what is known', () => {
  const effect = { newVps: 1, newLinks: 2, notedLinks: 4, addedAccounts: 8, movedAccounts: 16 };
  expect(changesOf({ ...effect, knownLinks: 32, fingerprint: '' })).toBe(31);
});

test('an import that keeps no environment names none', () => {
  expect(NONE_KEPT).toEqual({ count: 0, first: [] });
});
