import { DETAIL_KEYS } from '../proxies/fields.ts';
import type { ProxyFields } from '../proxies/proxy.ts';
import type { ParsedFile } from './parsed-file.ts';

/** Lines that are named; a preview shows as many of them as it has room for. */
const MAX_EXAMPLES = 10;

/**
 * The lines of a file that show what is in it: one of each form, one of each kind of proxy, and the longest one. Those of the rarest
 * kinds come first, since the first lines would rarely show them.
 */
export function exampleLines({ rows, firstOfForms }: Pick<ParsedFile, 'rows' | 'firstOfForms'>): number[] {
  const kinds = new Map<string, { line: number; rows: number }>();
  let longest = { line: 0, length: 0 };
  for (const { line, fields } of rows) {
    const kind = kindOf(fields);
    const known = kinds.get(kind);
    if (known) known.rows++;
    else kinds.set(kind, { line, rows: 1 });
    const length = (fields.username?.length ?? 0) + (fields.password?.length ?? 0);
    if (length > longest.length) longest = { line, length };
  }
  const rare = [...kinds.values()].sort((a, b) => a.rows - b.rows).map(({ line }) => line);
  return [...new Set([...firstOfForms.toReversed(), ...rare, longest.line])]
    .filter((line) => line > 0)
    .slice(0, MAX_EXAMPLES);
}

/** A key that is the same for two proxies whose examples look alike. */
function kindOf(fields: ProxyFields): string {
  let said = 0;
  for (const key of DETAIL_KEYS) {
    const value = fields[key];
    said = said * 2 + (value === null || (Array.isArray(value) && value.length === 0) ? 0 : 1);
  }
  const isName = /[a-z]$/i.test(fields.host) && !fields.host.includes(':');
  return `${fields.type} ${fields.username === null} ${fields.password === null} ${isName} ${said}`;
}
