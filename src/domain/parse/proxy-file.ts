import type { DefaultKey } from '../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../proxies/proxy.ts';
import { decodeText, type Encoding } from './decode-text.ts';
import { FileError } from './file-error.ts';
import { LineBatch } from './lines/line-batch.ts';
import { readLines } from './lines/line-file.ts';
import { RowSink } from './proxy-row.ts';
import { findHeader, readCsvFile } from './records/csv-file.ts';
import { findJsonList, readJsonList } from './records/json-file.ts';

/** What a row is taken to say that does not say it itself. */
export type ProxyDefaults = { type?: ProxyType | undefined } & { [K in DefaultKey]?: string | undefined };

export interface ParseOptions {
  /** Only its ending is looked at: `.json` must hold JSON. */
  fileName: string | null;
  defaults: ProxyDefaults;
  isPrivateAllowed: boolean;
  maxRows: number;
}

/** `both`: the line reads the same in either reading; `first`, `second`: it belongs to one reading of an ambiguous batch. */
export type Reading = 'both' | 'first' | 'second';

export interface ParsedRow {
  /** 1-based, of the file; in JSON the place in the list. */
  line: number;
  reading: Reading;
  fields: ProxyFields;
}

export interface RejectedRow {
  line: number;
  reading: Reading;
  /** A plain sentence that repeats nothing of the line. */
  reason: string;
  /** The line with everything but host and port hidden, at most 200 characters. */
  text: string;
}

/** Lines that can be read in two ways, which nothing in the file decides. */
export interface ReadingChoice {
  taken: 'first' | 'second';
  lines: number;
  /** `host:port:user:password`, and a line read so, masked. */
  first: { form: string; example: string };
  second: { form: string; example: string };
}

export interface ParsedFile {
  kind: 'lines' | 'csv' | 'json' | 'export';
  encoding: Encoding;
  /** In the order of the file. A line with two readings is here (or in `rejected`) once for each. */
  rows: ParsedRow[];
  rejected: RejectedRow[];
  choice: ReadingChoice | null;
  /** Columns and keys that nothing is known of; they were left out. */
  unknownColumns: string[];
}

const MAX_UNKNOWN_COLUMNS = 50;
const MAX_COLUMN_CHARS = 100;

/**
 * Reads a list of proxies: lines in any form, CSV with a header, JSON, or an export of ours. Nothing is guessed: a line is read
 * right, or rejected with a reason, or given in both its readings.
 *
 * @param bytes unpacked
 * @throws FileError where there is no list to read: empty, binary or cut short, headers alone, JSON without a list, over `maxRows`
 */
export function parseProxyFile(bytes: Uint8Array, options: ParseOptions): ParsedFile {
  const { text, encoding } = decodeText(bytes);
  if (text.trim() === '') throw new FileError('empty', 'The file is empty.');
  const sink = new RowSink(options);
  const batch = new LineBatch(sink);
  const { kind, unknown } = readText(text, options.fileName, sink, batch);
  const choice = batch.finish();
  if (sink.isEmpty) throw new FileError('no_rows', 'The file contains no proxies, only headers or comments.');
  const unknownColumns = [...unknown, ...batch.unknownKeys].map((name) => name.slice(0, MAX_COLUMN_CHARS));
  return {
    kind,
    encoding,
    rows: sink.rows,
    rejected: sink.rejected,
    choice,
    unknownColumns: [...new Set(unknownColumns)].slice(0, MAX_UNKNOWN_COLUMNS),
  };
}

function readText(
  text: string,
  fileName: string | null,
  sink: RowSink,
  batch: LineBatch,
): { kind: ParsedFile['kind']; unknown: Iterable<string> } {
  const list = findJsonList(text, fileName);
  if (list) return { kind: list.isExport ? 'export' : 'json', unknown: readJsonList(list, sink, batch) };
  const header = findHeader(text);
  if (header) {
    readCsvFile(text, header, sink, batch);
    return { kind: header.isExport ? 'export' : 'csv', unknown: header.unknownColumns };
  }
  readLines(text, sink, batch);
  return { kind: 'lines', unknown: [] };
}
