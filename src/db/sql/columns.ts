import { type Column, type GetColumnData, getTableColumns, getTableName, is, SQL, StringChunk, sql } from 'drizzle-orm';
import { PgArray, PgDialect, type PgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';

type Columns<T extends PgTable> = T['_']['columns'];
type Key<T extends PgTable> = keyof Columns<T> & string;

/**
 * A table under a short name. `${p}` is `"proxies" "p"`, for FROM and UPDATE; `${p.host}` is `"p"."host"`. Unlike
 * drizzle's columns these are text already, so that a statement with many of them is built in a tenth of the time.
 */
export type Aliased<T extends PgTable> = SQL & { readonly [K in Key<T>]: StringChunk };

export function as<T extends PgTable>(table: T, alias: string): Aliased<T> {
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => [
    key,
    new StringChunk(`"${alias}"."${column.name}"`),
  ]);
  return Object.assign(sql.raw(`"${getTableName(table)}" "${alias}"`), Object.fromEntries(columns));
}

/** A select list of columns, each under its name in TypeScript: `"a"."model_id" as "modelId"`. */
export function list<K extends string>(from: Readonly<Record<K, StringChunk>>, ...keys: readonly K[]): SQL {
  return sql.raw(keys.map((key) => `${from[key].value.join('')} as "${key}"`).join(', '));
}

/** A timestamp as epoch milliseconds, for rows that go to the planner's threads. */
export const epochMs = (moment: StringChunk): SQL => sql`(extract(epoch from ${moment}) * 1000)::float8`;

/** A duration as a parameter. */
export const interval = (ms: number): SQL => sql`make_interval(secs => ${ms / 1000})`;

/** A moment as a parameter. */
export const timestamp = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

type ElementType = 'int' | 'smallint' | 'bigint' | 'float8' | 'text' | 'boolean' | 'timestamptz' | 'bytea' | 'inet';

/** Values as one parameter, as in `= any (${array(ids, 'int')})`. */
export const array = (values: readonly unknown[], type: ElementType): SQL =>
  sql`${sql.param([...values])}::${sql.raw(type)}[]`;

/**
 * A condition on numbers. The server plans for ten elements of an array that it does not know, so it would plan a prepared statement
 * each time for a single one.
 */
export const isOneOf = (column: StringChunk, ids: readonly number[]): SQL =>
  ids.length === 1 ? sql`${column} = ${ids[0]}::int` : sql`${column} = any (${array(ids, 'int')})`;

/**
 * Values as a table of one row each, with a parameter for each column: `unnest($1::int[], $2::text[]) as "t" ("id", "reason")`. A
 * single row is `(values ($1::int, $2::text)) as "t" ("id", "reason")`: the server then knows that it is one, so that a prepared
 * statement keeps its plan.
 *
 * @param columns by name: the type, and the value of a row
 */
export function unnest<T>(
  values: readonly T[],
  alias: string,
  columns: Readonly<Record<string, readonly [ElementType, (each: T) => unknown]>>,
): SQL {
  const names = sql.raw(
    `"${alias}" (${Object.keys(columns)
      .map((name) => `"${name}"`)
      .join(', ')})`,
  );
  const types = Object.values(columns);
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0) {
    const row = types.map(([type, pick]) => sql`${sql.param(pick(only))}::${sql.raw(type)}`);
    return sql`(values (${sql.join(row, sql`, `)})) as ${names}`;
  }
  const arrays = types.map(([type, pick]) => array(values.map(pick), type));
  return sql`unnest(${sql.join(arrays, sql`, `)}) as ${names}`;
}

/** The text of a statement without parameters, to prepare it under a name. */
export function textOf(statement: SQL): string {
  return new PgDialect().sqlToQuery(statement).sql;
}

/** The target of an INSERT: `"accounts" ("username", "model_id")`. */
export function into<T extends PgTable>(table: T, ...keys: readonly Key<T>[]): SQL {
  return sql`${table} (${names(table, ...keys)})`;
}

/** Columns without their table, as ON CONFLICT names them: `"username", "model_id"`. */
export function names<T extends PgTable>(table: T, ...keys: readonly Key<T>[]): StringChunk {
  const columns = getTableColumns(table);
  return new StringChunk(keys.map((key) => `"${columns[key]?.name}"`).join(', '));
}

/** The assignments of an UPDATE: `"model_id" = …, "label" = …`. Columns that are undefined keep their values. */
export function set<T extends PgTable>(
  table: T,
  values: { readonly [K in Key<T>]?: SQL | StringChunk | GetColumnData<Columns<T>[K]> | undefined },
): SQL {
  const columns: Record<string, Column> = getTableColumns(table);
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const each = given.map(([key, value]) => {
    const isSql = is(value, SQL) || is(value, StringChunk);
    return sql`${sql.identifier(columns[key]?.name ?? key)} = ${isSql ? value : sql.param(value, columns[key])}`;
  });
  return sql.join(each, sql`, `);
}

/** The value that ON CONFLICT kept out: `excluded."model_id"`. */
export const excluded = <T extends PgTable>(table: T, key: Key<T>): SQL => sql`excluded.${names(table, key)}`;

type Checked<C extends Column> = z.ZodType<GetColumnData<C>, GetColumnData<C>>;

/** The part of a row's schema that is one column, as the table declares it. */
export function typeOf<C extends Column>(column: C): Checked<C>;
export function typeOf(column: Column): z.ZodType {
  const type = notNull(column);
  return column.notNull ? type : type.nullable();
}

/** The same for several columns of a table, by their names. */
export function shape<T extends PgTable, K extends Key<T>>(
  table: T,
  ...keys: readonly K[]
): { [P in K]: Checked<Columns<T>[P]> };
export function shape(table: PgTable, ...keys: readonly string[]): Record<string, z.ZodType> {
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => keys.includes(key));
  return Object.fromEntries(columns.map(([key, column]) => [key, typeOf(column)]));
}

function notNull(column: Column): z.ZodType {
  if (is(column, PgArray)) return z.array(notNull(column.baseColumn));
  if (column.enumValues) return z.enum(column.enumValues);
  switch (column.dataType) {
    case 'string':
      return z.string();
    case 'number':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.date();
    case 'custom':
      return z.instanceof(Buffer);
    case 'json':
      return z.unknown();
    default:
      throw new Error(`rows with columns of type ${column.dataType} have no schema yet`);
  }
}
