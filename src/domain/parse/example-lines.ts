import { DETAIL_KEYS } from '../proxies/fields.ts';
import { PROXY_TYPES, type ProxyFields } from '../proxies/proxy.ts';
import type { ParsedFile } from './parsed-file.ts';

/** Lines that are named; a preview shows as many of them as it has room for. */
const MAX_EXAMPLES = 10;

/**
 * The lines of a file that show what is in it: one of each form, one of each kind of proxy, and the longest one. Those of the rarest
 * kinds come first, since the first lines would rarely show them.
 */
export function exampleLines({ rows, firstOfForms }: Pick<ParsedFile, 'rows' | 'firstOfForms'>): number[] {
  const kinds = new Map<number, { line: number; rows: number }>();
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

/** A number that is the same for two proxies whose examples look alike. */
function kindOf(fields: ProxyFields): number {
  let kind = PROXY_TYPES.indexOf(fields.type);
  const note = (isSo: boolean) => {
    kind = kind * 2 + (isSo ? 1 : 0);
  };
  note(fields.username === null);
  note(fields.password === null);
  note(isName(fields.host));
  for (const key of DETAIL_KEYS) {
    const value = fields[key];
    note(value === null || (Array.isArray(value) && value.length === 0));
  }
  return kind;
}

/** An IPv4 address ends with a digit, and an IPv6 address has a colon. */
function isName(host: string): boolean {
  const isDigit = host.charCodeAt(host.length - 1) <= NINE;
  return !isDigit && !host.includes(':');
}

const NINE = '9'.charCodeAt(0);
