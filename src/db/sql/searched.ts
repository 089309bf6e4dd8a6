import { sql } from 'drizzle-orm';
import { a } from './aliases.ts';

/** The expression of the trigram index `proxies_search`; both must be identical. */
export const SEARCHED = sql.raw(`(p.host || ' ' || p.username || ' ' || coalesce(p.label, ''))`);

/** The expression of the trigram index `accounts_search`; both must be identical. */
export const ACCOUNT_SEARCHED = sql`(${a.username} || ' ' || coalesce(${a.label}, ''))`;
