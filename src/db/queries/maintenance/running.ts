import { type SQL, sql } from 'drizzle-orm';
import { mn } from '../../sql/aliases.ts';

/** Whether maintenance goes on: it has begun and has not been ended. */
export const isRunning: SQL = sql`(${mn.beganAt} is not null and ${mn.closedAt} is null)`;

/** Whether maintenance concerns proxies of a provider. */
export const covers = (provider: SQL): SQL => sql`(${mn.provider} is null or ${mn.provider} = ${provider})`;

/** Whether proxies of a provider are in maintenance. */
export const isMaintained = (provider: SQL): SQL =>
  sql`exists (select from ${mn} where ${isRunning} and ${covers(provider)})`;
