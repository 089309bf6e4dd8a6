import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { PLAIN_KEYS } from '../../../domain/proxies/fields.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { Db, Tx } from '../../client.ts';
import { models } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { m, p } from '../../sql/aliases.ts';
import { list, shape, typeOf } from '../../sql/columns.ts';
import { rows } from '../../sql/rows.ts';
import { filterCondition, JOINED } from './proxy-filter.ts';

const COLUMNS = [
  ...(['id', 'host', 'port', 'type', 'status', 'username'] as const),
  ...(['credentialId', 'passwordSealed', 'changeIpUrlSealed'] as const),
  ...PLAIN_KEYS,
] as const;
const SEALED = z.strictObject({ ...shape(proxies, ...COLUMNS), model: typeOf(models.name).nullable() });

/** A proxy with its credentials still sealed. */
export type SealedProxy = z.infer<typeof SEALED>;

interface SealedRequest {
  filter: ProxyFilter;
  /** Whether usernames are not searched, for people who do not see them. */
  isMasked: boolean;
  limit: number;
  after: number;
  size: number;
}

/** The next proxies that a filter finds behind a number, in order. */
export async function readSealed(
  db: Db | Tx,
  { filter, isMasked, limit, after, size }: SealedRequest,
): Promise<SealedProxy[]> {
  const found = await filterCondition(db, filter, limit, { isMasked });
  const statement = sql`
    select ${list(p, ...COLUMNS)}, ${m.name} as model
    from ${JOINED} where ${found} and p.id > ${after} order by p.id limit ${size}`;
  return rows(db, SEALED, statement);
}
