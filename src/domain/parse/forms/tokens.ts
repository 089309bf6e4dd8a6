import { isBlank, kindOf, NO_SEPARATOR, SPACE } from '../lines/separators.ts';

const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
/** No IPv6 address is longer. */
const MAX_IPV6 = 45;

/**
 * A line as fields and the separators between them. Every character is in exactly one of the two, so a reading that gives each
 * token a meaning explains the whole line. One instance is used for all lines of a batch, which spares an allocation per line.
 */
export class Tokens {
  text = '';
  count = 0;
  /** Whether any separator contains a blank. */
  hasBlank = false;
  /** Where each token begins. */
  from = new Int32Array(32);
  /** Where each token ends; the same place for an empty one. */
  to = new Int32Array(32);
  /** The kind of the separator before each token; none before the first. */
  before = new Uint8Array(32);

  /** Splits `text[start, end)`. Blanks around another separator belong to it; blanks alone are one separator. */
  read(text: string, start: number, end: number): this {
    this.text = text;
    this.count = 0;
    this.hasBlank = false;
    let kind = NO_SEPARATOR;
    let from = start;
    let at = endOfIpv6(text, start, end);
    for (;;) {
      while (at < end && kindOf(text.charCodeAt(at)) === NO_SEPARATOR) at++;
      this.#add(from, at, kind);
      if (at >= end) return this;
      kind = kindOf(text.charCodeAt(at++));
      if (isBlank(kind)) this.hasBlank = true;
      for (; at < end; at++) {
        const next = kindOf(text.charCodeAt(at));
        if (next === NO_SEPARATOR) break;
        if (!isBlank(next)) {
          if (!isBlank(kind)) break;
          kind = next;
        } else {
          this.hasBlank = true;
          if (kind === SPACE) kind = next;
        }
      }
      from = at;
      at = endOfIpv6(text, from, end);
    }
  }

  #add(from: number, to: number, before: number): void {
    const { count } = this;
    if (count === this.from.length) this.#grow();
    this.from[count] = from;
    this.to[count] = to;
    this.before[count] = before;
    this.count = count + 1;
  }

  #grow(): void {
    const { from, to, before } = this;
    const length = from.length * 2;
    this.from = new Int32Array(length);
    this.to = new Int32Array(length);
    this.before = new Uint8Array(length);
    this.from.set(from);
    this.to.set(to);
    this.before.set(before);
  }

  fromOf(index: number): number {
    return this.from[index] as number;
  }

  toOf(index: number): number {
    return this.to[index] as number;
  }

  separatorBefore(index: number): number {
    return this.before[index] as number;
  }

  isEmpty(index: number): boolean {
    return this.from[index] === this.to[index];
  }

  /** Whether the separator before a token is one character, without blanks around it. */
  isTight(index: number): boolean {
    return this.fromOf(index) - this.toOf(index - 1) === 1;
  }

  textOf(index: number): string {
    return this.text.slice(this.from[index], this.to[index]);
  }

  /** The text of the tokens `[first, last)` with the separators between them. */
  sliceOf(first: number, last: number): string {
    return first < last ? this.text.slice(this.from[first], this.to[last - 1]) : '';
  }

  /** The first token in `[first, last)` with a separator of this kind before it; -1 if there is none. */
  findSeparator(first: number, last: number, kind: number): number {
    for (let index = first; index < last; index++) if (this.before[index] === kind) return index;
    return -1;
  }
}

/** An IPv6 address in brackets is one token, with its colons: gives its end, or `start` if there is none. */
function endOfIpv6(text: string, start: number, end: number): number {
  if (start >= end || text.charCodeAt(start) !== OPENING_BRACKET) return start;
  const limit = Math.min(end, start + MAX_IPV6 + 2);
  for (let at = start + 1; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === CLOSING_BRACKET) return at + 1;
    const isHex = (code >= 48 && code <= 58) || code === 46 || ((code | 32) >= 97 && (code | 32) <= 102);
    if (!isHex) return start;
  }
  return start;
}
