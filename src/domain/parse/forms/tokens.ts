import { BRACKET, EXOTIC, markOf } from '../lines/line-marks.ts';
import { isBlank, kindOf, NO_SEPARATOR, SEPARATOR_KINDS, SPACE } from '../lines/separators.ts';

const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
/** No IPv6 address is longer. */
const MAX_IPV6 = 45;

const LINE_END = SEPARATOR_KINDS;
const KIND_BITS = 4;
const KIND_MASK = 15;
/** Kind and marks of each character in one number, since every character of a file is looked up; 0 for most. */
const CLASSES = new Uint16Array(128);
for (let code = 0; code < 128; code++) CLASSES[code] = kindOf(code) | (markOf(code) << KIND_BITS);
CLASSES[10] = LINE_END;
CLASSES[13] = LINE_END;
const EXOTIC_CLASS = EXOTIC << KIND_BITS;

function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] as number) : EXOTIC_CLASS;
}

/**
 * A line as fields and the separators between them. Every character is in exactly one of the two, so a reading that gives each
 * token a meaning explains the whole line. One instance is used for all lines of a batch, which spares an allocation per line.
 */
export class Tokens {
  text = '';
  count = 0;
  /** The marks of its characters. */
  marks = 0;
  /** Whether any separator contains a blank. */
  hasBlank = false;
  /** Where each token begins. */
  from = new Int32Array(32);
  /** Where each token ends; the same place for an empty one. */
  to = new Int32Array(32);
  /** The kind of the separator before each token; none before the first. */
  before = new Uint8Array(32);
  #start = -1;
  #end = -1;

  /** Splits `text[start, end)`. Blanks around another separator belong to it; blanks alone are one separator. */
  read(text: string, start: number, end: number): this {
    if (this.text !== text || this.#start !== start || this.#end !== end) this.#split(text, start, end);
    return this;
  }

  /** Splits the line that begins at `start`, and gives where it ends. */
  readLine(text: string, start: number): number {
    this.#split(text, start, Number.POSITIVE_INFINITY);
    return this.#end;
  }

  #split(text: string, start: number, limit: number): void {
    this.text = text;
    this.count = 0;
    this.hasBlank = false;
    this.#start = start;
    const isLine = limit > text.length;
    const end = isLine ? text.length : limit;
    let marks = 0;
    let kind = NO_SEPARATOR;
    let from = start;
    for (;;) {
      let at = endOfIpv6(text, from, end);
      if (at > from) marks |= BRACKET;
      let next = NO_SEPARATOR;
      for (; at < end; at++) {
        const found = classOf(text.charCodeAt(at));
        if (found === 0) continue;
        marks |= found >> KIND_BITS;
        next = found & KIND_MASK;
        if (next === NO_SEPARATOR || (next === LINE_END && !isLine)) continue;
        break;
      }
      this.#add(from, at, kind);
      if (at >= end || next === LINE_END) {
        this.#end = at;
        this.marks = marks;
        return;
      }
      kind = next;
      if (isBlank(kind)) this.hasBlank = true;
      for (at++; at < end; at++) {
        const code = text.charCodeAt(at);
        const other = kindOf(code);
        if (other === NO_SEPARATOR) break;
        marks |= markOf(code);
        if (!isBlank(other)) {
          if (!isBlank(kind)) break;
          kind = other;
        } else {
          this.hasBlank = true;
          if (kind === SPACE) kind = other;
        }
      }
      from = at;
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
  if (text.charCodeAt(start) !== OPENING_BRACKET) return start;
  const limit = Math.min(end, start + MAX_IPV6 + 2);
  for (let at = start + 1; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === CLOSING_BRACKET) return at + 1;
    const isHex = (code >= 48 && code <= 58) || code === 46 || ((code | 32) >= 97 && (code | 32) <= 102);
    if (!isHex) return start;
  }
  return start;
}
