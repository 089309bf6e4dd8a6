import { type SQL, sql } from 'drizzle-orm';
import type { ProxyEdit, TagEdit } from '../../../domain/proxies/pool-change.ts';

interface Field {
  /** The new value, as SQL over `p`. */
  value(edit: ProxyEdit): SQL;
  isSet(edit: ProxyEdit): boolean;
}

const plain = (key: Exclude<keyof ProxyEdit, 'tags'>, type: string): Field => ({
  value: (edit) => sql`${edit[key] ?? null}::${sql.raw(type)}`,
  isSet: (edit) => edit[key] !== undefined,
});

/** Tags are a set: sorted, each once, so that equal sets are equal arrays. */
const asSet = (tags: SQL) =>
  sql`coalesce((select array_agg(distinct tag order by tag) from unnest(${tags}) as tag), '{}')`;

function newTags(tags: TagEdit): SQL {
  const array = (values: readonly string[]) => sql`${sql.param([...values])}::text[]`;
  if ('set' in tags) return asSet(array(tags.set));
  return sql`coalesce((select array_agg(distinct tag order by tag) from unnest(p.tags || ${array(tags.add)}) as tag
    where tag <> all (${array(tags.drop)})), '{}')`;
}

const FIELDS: Record<string, Field> = {
  label: plain('label', 'text'),
  notes: plain('notes', 'text'),
  provider: plain('provider', 'text'),
  country: plain('country', 'text'),
  city: plain('city', 'text'),
  expires_at: plain('expiresAt', 'timestamptz'),
  monthly_cost: plain('monthlyCost', 'numeric(12, 2)'),
  tags: { value: (edit) => newTags(edit.tags ?? { add: [], drop: [] }), isSet: (edit) => edit.tags !== undefined },
};

function written(edit: ProxyEdit): { column: SQL; name: string; value: SQL }[] {
  return Object.entries(FIELDS)
    .filter(([, field]) => field.isSet(edit))
    .map(([name, field]) => ({ name, column: sql.raw(`p.${name}`), value: field.value(edit) }));
}

/** Whether an edit makes a difference to a proxy `p`. Tags in another order are the same tags. */
export function editDiffers(edit: ProxyEdit): SQL {
  const fields = written(edit).map(({ name, column, value }) =>
    name === 'tags' ? sql`${asSet(column)} is distinct from ${value}` : sql`${column} is distinct from ${value}`,
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
