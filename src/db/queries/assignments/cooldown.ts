import { sql } from 'drizzle-orm';
import { c, s } from '../../sql/aliases.ts';

/**
 * Whether a proxy is in its cooldown (R6) when the assignment `s` ends as the last one on it: a new cooldown, or the rest of one that an
 * earlier stay of the model has started.
 */
export const STARTS_COOLDOWN = sql`(${s.handedOutAt} is not null
  or exists (select from ${c} where ${c.proxyId} = ${s.proxyId} and ${c.reservedUntil} > now()))`;
