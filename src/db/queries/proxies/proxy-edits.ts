import { type SQL, sql } from 'drizzle-orm';
import { detail, EDITABLE_KEYS, type EditableKey } from '../../../domain/proxies/fields.ts';
import type { ListEdit, ProxyEdit } from '../../../domain/proxies/pool-change.ts';
import { spellingOf } from './providers.ts';

/** A field that an edit sets, as SQL over `p`. */
interface WrittenField {
  name: string;
  column: SQL;
  value: SQL;
  isList: boolean;
}

/** A list is a set: sorted, each once, so that equal sets are equal arrays. */
const asSet = (items: SQL) =>
  sql`coalesce((select array_agg(distinct item order by item) from unnest(${items}) as item), '{}')`;

function newList(column: SQL, edit: ListEdit): SQL {
  const array = (values: readonly string[]) => sql`${sql.param([...values])}::text[]`;
  if ('set' in edit) return asSet(array(edit.set));
  return sql`coalesce((select array_agg(distinct item order by item) from unnest(${column} || ${array(edit.add)}) as item
    where item <> all (${array(edit.drop)})), '{}')`;
}

function writtenField(key: EditableKey, value: NonNullable<ProxyEdit[EditableKey]> | null): WrittenField {
  const { column: name, kind, isName } = detail(key);
  const column = sql.raw(`p.${name}`);
  const isList = typeof value === 'object' && value !== null;
  if (isList) return { name, column, isList, value: newList(column, value) };
  const single = isName && typeof value === 'string' ? spellingOf(value) : sql`${value}::${sql.raw(kind.sqlType)}`;
  return { name, column, isList, value: single };
}

function written(edit: ProxyEdit): WrittenField[] {
  return EDITABLE_KEYS.flatMap((key) => {
    const value = edit[key];
    return value === undefined ? [] : [writtenField(key, value)];
  });
}

/** Whether an edit makes a difference to a proxy `p`. A list in another order is the same list. */
export function editDiffers(edit: ProxyEdit): SQL {
  const fields = written(edit).map(
    ({ isList, column, value }) => sql`${isList ? asSet(column) : column} is distinct from ${value}`,
  );
  return fields.length > 0 ? sql`(${sql.join(fields, sql` or `)})` : sql`false`;
}

/** The assignments of an UPDATE of `proxies as p`. */
export function editAssignments(edit: ProxyEdit): SQL {
  return sql.join(
    written(edit).map(({ name, value }) => sql`${sql.raw(name)} = ${value}`),
    sql`, `,
  );
}

/** The fields as they are, or as they will be, as JSON: for the audit log. */
export function editSnapshot(edit: ProxyEdit, when: 'before' | 'after'): SQL {
  const pairs = written(edit).map(
    ({ name, column, value }) => sql`${sql.raw(`'${name}'`)}, ${when === 'before' ? column : value}`,
  );
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`;
}
