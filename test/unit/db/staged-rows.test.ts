import { getTableColumns, type Table } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { accountImportRows } from '../../../src/db/schema/plans/account-import.ts';
import { importRejections, importRows } from '../../../src/db/schema/plans/proxy-import.ts';
import { proxies } from '../../../src/db/schema/proxies.ts';
import { copyStatement, STAGED_COLUMNS, SUPPLIED_COLUMNS } from '../../../src/domain/parse/staged-rows.ts';
import { detail, PLAIN_KEYS } from '../../../src/domain/proxies/fields.ts';

const columnsOf = (table: Table) => Object.values(getTableColumns(table)).map(({ name }) => name);

test('every column of a table that files are staged in is filled by its reader, and no other', () => {
  expect([...STAGED_COLUMNS.import_rows].sort()).toEqual(columnsOf(importRows).sort());
  expect([...STAGED_COLUMNS.account_import_rows].sort()).toEqual(columnsOf(accountImportRows).sort());
  expect([...STAGED_COLUMNS.import_rejections].sort()).toEqual(columnsOf(importRejections).sort());
});

test('what is staged of a proxy has its column in the pool, of the declared type', () => {
  expect(columnsOf(proxies)).toEqual(expect.arrayContaining([...SUPPLIED_COLUMNS]));
  const types = new Map(Object.values(getTableColumns(proxies)).map((column) => [column.name, column.getSQLType()]));
  for (const key of PLAIN_KEYS) {
    const { column, kind } = detail(key);
    expect([column, types.get(column)?.replace('timestamp with time zone', 'timestamptz')]).toEqual([
      column,
      kind.sqlType,
    ]);
  }
});

test('COPY names the columns in the order of the reader', () => {
  expect(copyStatement('import_rejections')).toBe(
    'copy import_rejections (plan_id, line, reading, reason, text) from stdin (format binary)',
  );
});
