import type { ProxyType } from '../../proxies/proxy.ts';
import { NO_DETAILS } from '../fields/details.ts';
import { maskUnread } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import type { Tokens } from '../forms/tokens.ts';
import type { RowBatches } from '../parsed-file.ts';
import type { RowSink } from '../proxy-row.ts';
import { type CsvHeader, mayBeHeader, readHeaderBelow } from '../records/csv-header.ts';
import type { Place } from '../records/csv-records.ts';
import type { LineBatch, LineContext } from './line-batch.ts';
import { MAX_LINE_CHARS, refuseLine } from './line-limits.ts';
import { BLANK, EXOTIC, QUOTE, type SourceLine, sourceLine } from './line-marks.ts';
import { stripNoise } from './line-noise.ts';
import { type HeaderType, mayBeTypeHeader, readTypeHeader, typesIn } from './type-header.ts';

const HASH_CODE = 35;
const SLASH_CODE = 47;
const LESS_THAN_CODE = 60;
const GREATER_THAN_CODE = 62;
const STAR_CODE = 42;
const UNDERSCORE_CODE = 95;
const PIPE_CODE = 124;
/** The first characters of signs around a line. */
const WRAPPINGS = [HASH_CODE, SLASH_CODE, LESS_THAN_CODE, PIPE_CODE, STAR_CODE, UNDERSCORE_CODE];

const FOREIGN_HEADER = new Refusal('The heading above it names a type other than http, https, socks4 and socks5.');
const UNCLEAR_HEADER = new Refusal(
  'The heading above it may name the type: write the type alone on that line, such as socks5:, or before each proxy.',
);

/** Context of a line that nothing but its header speaks of. */
export function plainContext(defaultType: ProxyType | Refusal): LineContext {
  return { defaultType, type: null, username: '', password: '', details: NO_DETAILS, monthFirst: null };
}

/**
 * Reads a list with one proxy per line, up to the header of a table in it.
 *
 * @param known where the first header is, if it has been found already
 * @returns the header that ends the list; null at the end of the text
 */
export function* readLines(text: string, reader: LineReader, known: Place | null): RowBatches<CsvHeader | null> {
  const end = known?.from ?? text.length;
  let line = 0;
  for (let from = 0; from < end; ) {
    const to = reader.tokens.readLine(text, from);
    const { marks } = reader.tokens;
    line++;
    if (reader.sink.isFull) yield reader.sink.take();
    if (reader.readPlain(line)) {
      from = behindLine(text, to);
      continue;
    }
    const header = known === null && mayBeHeader(text, from, to) ? readHeaderBelow(text, { from, line }) : null;
    if (header) return header;
    if (to > from) reader.read({ line, text, from, to, marks });
    from = behindLine(text, to);
  }
  return null;
}

/** Where the line behind the one that ends at `to` begins. */
function behindLine(text: string, to: number): number {
  return to + (text.charCodeAt(to) === 13 && text.charCodeAt(to + 1) === 10 ? 2 : 1);
}

/** Reads lines one by one and keeps the type that the last header set. */
export class LineReader {
  readonly sink: RowSink;
  readonly #batch: LineBatch;
  #context: LineContext;

  constructor(sink: RowSink, batch: LineBatch) {
    this.sink = sink;
    this.#batch = batch;
    this.#context = plainContext(sink.defaultType);
  }

  /** The line that is read, split. */
  get tokens(): Tokens {
    return this.#batch.tokens;
  }

  /** The type of what names none, as the last header set it. */
  get defaultType(): ProxyType | Refusal {
    return this.#context.defaultType;
  }

  /** Reads the line that has been split last if it is a plain row. Gives whether it is one. */
  readPlain(line: number): boolean {
    return this.#batch.addPlain(line, this.#context);
  }

  /** Reads a line with anything in and around it. */
  read(source: SourceLine): void {
    const { line, text, from, to, marks } = source;
    const first = text.charCodeAt(from);
    const isWrapped = WRAPPINGS.includes(first) || text.charCodeAt(to - 1) === GREATER_THAN_CODE;
    const isClean = (marks & (EXOTIC | BLANK | QUOTE)) === 0 && !isWrapped;
    if (isClean && to - from <= MAX_LINE_CHARS) this.#readClean(source);
    else this.#readNoisy(line, text.slice(from, to), marks);
  }

  #readClean(source: SourceLine): void {
    const { text, from, to } = source;
    if (mayBeTypeHeader(text, from, to) && this.#takeHeader(text.slice(from, to))) return;
    const isTaken = this.#batch.add(source, this.#context);
    if (!isTaken && this.#mayBeginOtherType(text.slice(from, to))) this.#context = plainContext(UNCLEAR_HEADER);
  }

  /** Whether a line that was not read as a proxy may be a heading with a type that the lines below would not get. */
  #mayBeginOtherType(text: string): boolean {
    if (this.sink.isTypeGiven) return false;
    const types = typesIn(text);
    return types.length > 0 && types.some((type) => type !== this.#context.defaultType);
  }

  #readNoisy(line: number, raw: string, marks: number): void {
    const refusal = refuseLine(raw);
    if (refusal) {
      this.sink.count();
      this.sink.reject(line, 'both', refusal, maskUnread(raw));
      return;
    }
    const text = stripNoise(raw, marks);
    if (text !== null) this.#readClean(sourceLine(line, text, marks));
  }

  #takeHeader(text: string): boolean {
    const type = readTypeHeader(text);
    if (type !== null) this.#begin(type);
    return type !== null;
  }

  #begin(type: HeaderType): void {
    this.#context = plainContext(type === 'foreign' ? FOREIGN_HEADER : type);
  }
}
