import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { proxyHealth } from '../../../src/db/schema/health.ts';
import { proxies } from '../../../src/db/schema/proxies.ts';
import { p } from '../../../src/db/sql/aliases.ts';
import { as, into, list, shape } from '../../../src/db/sql/columns.ts';
import { firstRow, onlyRow, RowError, rows, run } from '../../../src/db/sql/rows.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const NUMBERED = z.strictObject({ n: z.int() });
const caught = (failing: Promise<unknown>) => failing.catch((error: unknown) => error);

describe('rows', () => {
  test('returns rows of the type of their schema, moments as dates and large numbers as numbers', async () => {
    const values = z.strictObject({
      at: z.date(),
      count: z.int(),
      cost: z.number(),
      ids: z.array(z.int()),
      none: z.null(),
    });
    const statement = sql`
      select '2026-01-02T03:04:05.678Z'::timestamptz as at, count(*), 12.50::numeric as cost, array[1, 2] as ids, null as none
      from generate_series(1, 4)`;
    const row = { at: new Date('2026-01-02T03:04:05.678Z'), count: 4, cost: 12.5, ids: [1, 2], none: null };
    expect(await rows(database.db, values, statement)).toEqual([row]);
    expect(await database.db.transaction((tx) => rows(tx, values, statement))).toEqual([row]);
  });

  test.each([
    ['a column is missing', sql`select 1 as m`],
    ['there is one column more', sql`select 1 as n, 2 as m`],
    ['a type is another', sql`select 'one' as n`],
    ['a value is null', sql`select null::int as n`],
    ['only the last row is wrong', sql`select n from (values (1), (2), (null)) as v(n)`],
  ])('refuses a result in which %s', async (_, statement) => {
    expect(await caught(rows(database.db, NUMBERED, statement))).toBeInstanceOf(RowError);
  });

  test('checks only the first row outside of tests', async () => {
    vi.resetModules();
    const { rows: inProduction } = await import('../../../src/db/sql/rows.ts');
    const later = sql`select n from (values (1), (null)) as v(n)`;
    expect(await inProduction(database.db, NUMBERED, later)).toEqual([{ n: 1 }, { n: null }]);
    const first = sql`select n from (values (null), (1)) as v(n)`;
    expect(String(await caught(inProduction(database.db, NUMBERED, first)))).toMatch(/does not match its schema/);
  });

  test('does not repeat a value in its error, since it may be a credential', async () => {
    const error = await caught(rows(database.db, NUMBERED, sql`select 'hunter2' as n, 'hunter3' as m`));
    expect(String(error)).toMatch(/Unrecognized key: "m".*expected number, received string/s);
    expect(String(error)).not.toMatch(/hunter/);
  });

  test.each(['infinity', '-infinity'])('refuses the timestamp %s, which no Date can hold', async (text) => {
    const statement = sql`select ${text}::timestamptz as at`;
    const error = await caught(rows(database.db, z.strictObject({ at: z.date() }), statement));
    expect(error).toMatchObject({ cause: new RangeError('a timestamp is out of the range of a Date') });
  });

  test('refuses an integer that a number cannot hold', async () => {
    const error = await caught(rows(database.db, NUMBERED, sql`select 9007199254740993 as n`));
    expect(error).toMatchObject({ cause: new RangeError('a bigint is too large for a number') });
    expect(await rows(database.db, NUMBERED, sql`select 9007199254740991 as n`)).toEqual([{ n: 9007199254740991 }]);
  });
});

test('firstRow returns the first row, or undefined', async () => {
  expect(await firstRow(database.db, NUMBERED, sql`select 1 as n`)).toEqual({ n: 1 });
  expect(await firstRow(database.db, NUMBERED, sql`select 1 as n where false`)).toBeUndefined();
});

test('onlyRow refuses no row and two rows', async () => {
  expect(await onlyRow(database.db, NUMBERED, sql`select 1 as n`)).toEqual({ n: 1 });
  expect(await caught(onlyRow(database.db, NUMBERED, sql`select 1 as n where false`))).toBeInstanceOf(RowError);
  expect(await caught(onlyRow(database.db, NUMBERED, sql`select generate_series(1, 2) as n`))).toBeInstanceOf(RowError);
});

test('run returns how many rows a statement wrote', async () => {
  const inserted = sql`insert into models (name, key) values ('a', 'a'), ('b', 'b')`;
  expect(await run(database.db, inserted)).toBe(2);
});

describe('columns', () => {
  const textOf = (statement: ReturnType<typeof sql>) => database.db.select().from(statement).toSQL().sql;

  test('are named as the schema names them, and selected under their names in TypeScript', () => {
    const h = as(proxyHealth, 'h');
    expect(textOf(sql`${list(p, 'id', 'monthlyCost')} from ${p} join ${h} on ${h.proxyId} = ${p.id}`)).toContain(
      '"p"."id" as "id", "p"."monthly_cost" as "monthlyCost" from "proxies" "p" join "proxy_health" "h" on "h"."proxy_id" = "p"."id"',
    );
    expect(textOf(into(proxies, 'host', 'expiresAt'))).toContain('"proxies" ("host", "expires_at")');
  });

  test('have the types that the schema declares', () => {
    const schema = z.strictObject(shape(proxies, 'type', 'label', 'tags', 'passwordSealed', 'expiresAt'));
    const row = { type: 'http', label: null, tags: ['a'], passwordSealed: Buffer.from('x'), expiresAt: new Date() };
    expect(schema.parse(row)).toEqual(row);
    for (const wrong of [
      { type: 'ftp' },
      { label: 1 },
      { tags: null },
      { passwordSealed: 'x' },
      { expiresAt: 'now' },
    ]) {
      expect(schema.safeParse({ ...row, ...wrong }).success).toBe(false);
    }
  });
});
