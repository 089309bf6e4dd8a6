import { type SQL, sql } from 'drizzle-orm';

/** Text as `LIKE` takes it to the letter. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** `LIKE` pattern for text at any position. */
export function anywhere(text: string): string {
  return `%${escapeLike(text)}%`;
}

/** Whether one of several conditions holds. */
export const anyOf = (all: readonly SQL[]): SQL => sql`(${sql.join([...all], sql` or `)})`;
