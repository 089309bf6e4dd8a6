import type { ProxyType } from '../proxy.ts';
import { hasControl, NO_DETAILS } from './details.ts';
import type { LineBatch, LineContext } from './line-batch.ts';
import { stripNoise } from './line-noise.ts';
import { maskUnread } from './mask.ts';
import type { RowSink } from './proxy-row.ts';
import { typeOfScheme } from './proxy-scheme.ts';
import { Refusal } from './refusal.ts';

/** Longer than any line that its fields' limits allow. */
export const MAX_LINE_CHARS = 16_384;

export const TOO_LONG = new Refusal(
  `It has more than ${MAX_LINE_CHARS.toLocaleString('en')} characters, which is the limit of a line.`,
);
const CONTROL = new Refusal('It holds control characters or characters that were lost in a conversion.');

/** What the characters of a line say before it is looked at: whether noise or a frame (scheme, link, query, `@`) is possible. */
const NOISY = 1;
const FRAMED = 2;
const MARKS = new Uint8Array(128).fill(NOISY, 0, 33);
MARKS[127] = NOISY;
for (const char of '"\'`~#/') MARKS[char.charCodeAt(0)] = NOISY;
for (const char of '/?#@[](){}<>') MARKS[char.charCodeAt(0)] = (MARKS[char.charCodeAt(0)] ?? 0) | FRAMED;

const TYPE_HEADER = /^(\w+)\s*:$/;
const FRAME = /[/?#@[\](){}<>]/;

/** Context of a line that nothing but its header speaks of. */
export function plainContext(defaultType: ProxyType): LineContext {
  return { defaultType, type: null, username: '', password: '', details: NO_DETAILS };
}

/** Reads a list, a proxy a line. */
export function readLines(text: string, sink: RowSink, batch: LineBatch): void {
  const reader = new LineReader(sink, batch);
  let line = 0;
  for (let from = 0; from < text.length; ) {
    let marks = 0;
    let to = from;
    for (; to < text.length; to++) {
      const code = text.charCodeAt(to);
      if (code === 10 || code === 13) break;
      marks |= code < 128 ? (MARKS[code] as number) : NOISY;
    }
    line++;
    if (to > from) {
      if ((marks & NOISY) === 0 && to - from <= MAX_LINE_CHARS)
        reader.readClean(line, text, from, to, (marks & FRAMED) === 0);
      else reader.readNoisy(line, text.slice(from, to));
    }
    from = to + (text.charCodeAt(to) === 13 && text.charCodeAt(to + 1) === 10 ? 2 : 1);
  }
}

/** Reads lines one by one and keeps the type that the last header set. */
export class LineReader {
  readonly #sink: RowSink;
  readonly #batch: LineBatch;
  #context: LineContext;

  constructor(sink: RowSink, batch: LineBatch) {
    this.#sink = sink;
    this.#batch = batch;
    this.#context = plainContext(sink.defaultType);
  }

  /** @param isPlain as `LineBatch.add` has it */
  readClean(line: number, text: string, from: number, to: number, isPlain: boolean): void {
    if (text.charCodeAt(to - 1) === 58 && this.#isHeader(text.slice(from, to))) return;
    this.#batch.add(line, text, from, to, isPlain, this.#context);
  }

  /** @param raw of any length, with anything in and around it */
  readNoisy(line: number, raw: string): void {
    const refusal = raw.length > MAX_LINE_CHARS ? TOO_LONG : hasControl(raw.replaceAll('\t', ' ')) ? CONTROL : null;
    if (refusal) {
      this.#sink.count();
      this.#sink.reject(line, 'both', refusal, maskUnread(raw));
      return;
    }
    const text = stripNoise(raw);
    if (text !== null) this.readClean(line, text, 0, text.length, !FRAME.test(text));
  }

  /** `socks5:` alone on a line. */
  #isHeader(text: string): boolean {
    const type = typeOfScheme(TYPE_HEADER.exec(text)?.[1] ?? '');
    if (type) this.#context = plainContext(type);
    return type !== undefined;
  }
}
