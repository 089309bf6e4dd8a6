import { sql } from 'drizzle-orm';
import { c, s } from '../../sql/aliases.ts';

/** Whether the model of an assignment `s` that ends as the last one on its proxy leaves it in a cooldown (R6): from now, or from an earlier stay. */
export const STARTS_COOLDOWN = sql`(${s.handedOutAt} is not null
  or exists (select from ${c} where ${c.proxyId} = ${s.proxyId} and ${c.reservedUntil} > now()))`;
