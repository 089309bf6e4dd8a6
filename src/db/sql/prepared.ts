import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';

const MARK = '/* prepared */';

/**
 * A statement that a connection parses and plans once: for what runs all the time, and whose text is the same each time. PostgreSQL
 * plans it again for its parameters if that is worth it.
 */
export const prepared = (statement: SQL): SQL => sql`${sql.raw(MARK)} ${statement}`;

const names = new Map<string, { name: string }>();

/** The name under which a marked statement is prepared; nothing for all others. */
export function nameOf(text: string): { name?: string } {
  if (!text.startsWith(MARK)) return {};
  const known = names.get(text) ?? { name: createHash('sha1').update(text).digest('base64url') };
  names.set(text, known);
  return known;
}
