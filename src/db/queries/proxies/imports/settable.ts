import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { detail } from '../../../../domain/proxies/fields.ts';
import { SETTABLE_KEYS, type SettableKey, type SettableValue } from '../../../../domain/proxies/proxy-import.ts';
import type { Tx } from '../../../client.ts';
import { p } from '../../../sql/aliases.ts';
import { ids, rows } from '../../../sql/rows.ts';
import { type Batch, CLASSIFIED } from './classes.ts';

/** The rows whose proxies an import leaves as they are, as far as the fields of its options are concerned. */
const LEFT_AS_THEY_ARE = sql.raw(`c.class in ('known', 'blocked', 'type', 'credentials')`);

/** Whether a proxy `p` lacks the value that a row `r` has. A provider in another spelling is the same. */
function lacks(key: SettableKey): SQL {
  const { column, isName } = detail(key);
  const value = (of: 'p' | 'r') => sql.raw(isName ? `look_key(${of}.${column})` : `${of}.${column}`);
  return sql`(${value('r')} is not null and ${value('p')} is distinct from ${value('r')})`;
}

const SETTABLE = z.strictObject({ key: z.enum(SETTABLE_KEYS), value: z.string(), count: z.int() });

/** Of each field, the most frequent value of the file that known proxies do not have. Classifies the lines first. */
export async function findSettable(tx: Tx, batch: Batch): Promise<SettableValue[]> {
  const fields = SETTABLE_KEYS.map((key, at) => {
    const { column } = detail(key);
    return sql`(${at}::int, ${key}::text, case when ${lacks(key)} then ${sql.raw(`r.${column}`)} end)`;
  });
  const statement = sql`
    select distinct on (at) key, value, count(*)::int as count
    from ${CLASSIFIED(batch)} join ${p} on ${p.id} = c.proxy_id
    cross join lateral (values ${sql.join(fields, sql`, `)}) as f(at, key, value)
    where ${LEFT_AS_THEY_ARE} and value is not null group by at, key, value order by at, count(*) desc, value`;
  return rows(tx, SETTABLE, statement);
}

/** The numbers of the known proxies that lack a value of the file. */
export async function findLacking(tx: Tx, batch: Batch, { key, value }: SettableValue): Promise<number[]> {
  const column = sql.raw(`r.${detail(key).column}`);
  const statement = sql`
    select distinct ${p.id} from ${CLASSIFIED(batch)} join ${p} on ${p.id} = c.proxy_id
    where ${LEFT_AS_THEY_ARE} and ${column} = ${value} and ${lacks(key)} order by 1`;
  return ids(tx, statement);
}
