import { DETAIL_KEYS } from '../proxies/fields.ts';
import { PROXY_TYPES, type ProxyFields } from '../proxies/proxy.ts';
import type { ParsedRow } from './parsed-file.ts';

/** Lines that are named; a preview shows as many of them as it has room for. */
const MAX_EXAMPLES = 10;

interface Kind {
  /** The first one. */
  line: number;
  rows: number;
}

/**
 * Finds the lines of a file that show what is in it: one of each form, one of each kind of proxy, and the longest one. Those of the
 * rarest kinds come first, since the first lines would rarely show them.
 */
export class ExampleLines {
  readonly #kinds = new Map<number, Kind>();
  #longest = { line: 0, length: 0 };

  /** Rows may be noted in any order. */
  note({ line, fields }: ParsedRow): void {
    const key = kindOf(fields);
    const kind = this.#kinds.get(key);
    if (!kind) this.#kinds.set(key, { line, rows: 1 });
    else {
      kind.rows++;
      if (line < kind.line) kind.line = line;
    }
    const length = (fields.username?.length ?? 0) + (fields.password?.length ?? 0);
    const longest = this.#longest;
    const isLonger = length > longest.length || (length === longest.length && line < longest.line);
    if (isLonger) this.#longest = { line, length };
  }

  result(firstOfForms: readonly number[]): number[] {
    const rare = [...this.#kinds.values()].sort((a, b) => a.rows - b.rows || a.line - b.line).map(({ line }) => line);
    return [...new Set([...firstOfForms.toReversed(), ...rare, this.#longest.line])]
      .filter((line) => line > 0)
      .slice(0, MAX_EXAMPLES);
  }
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
