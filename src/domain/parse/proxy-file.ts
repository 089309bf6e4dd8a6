import type { DefaultKey } from '../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../proxies/proxy.ts';
import { decodeText, type Encoding } from './decode-text.ts';
import { FileError } from './file-error.ts';
import type { FormCount } from './form-counts.ts';
import { LineBatch } from './lines/line-batch.ts';
import { dropLineEnds } from './lines/line-ends.ts';
import { LineReader, readLines } from './lines/line-file.ts';
import { RowSink } from './proxy-row.ts';
import { readCsvFile } from './records/csv-file.ts';
import { type CsvHeader, findHeader } from './records/csv-header.ts';
import { findProxyList } from './records/json-list.ts';
import { readJsonList } from './records/json-records.ts';
import type { RecordReader } from './records/proxy-record.ts';
import { LeftOut } from './records/record-builder.ts';

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
  /** The forms in which lines were read, those of most lines first. */
  forms: FormCount[];
  /** The first line of each form, in the same order. */
  firstOfForms: number[];
  /** Columns, keys and words of lines that were left out, since nothing is known of them or no field means them. */
  unknownColumns: string[];
  /** Columns that were left out since another one has the same meaning and another value. */
  lostColumns: { name: string; used: string }[];
}

const MAX_COLUMNS_NAMED = 50;
const MAX_COLUMN_CHARS = 100;

/**
 * Reads a list of proxies: lines in any form, CSV with a header, JSON, or an export of ours. Nothing is guessed: a line is read
 * right, or rejected with a reason, or given in both its readings.
 *
 * @param bytes unpacked
 * @throws FileError if there is no list to read: empty, binary or cut short, headers alone, JSON without a list, over `maxRows`
 */
export function parseProxyFile(bytes: Uint8Array, options: ParseOptions): ParsedFile {
  const { text, encoding } = decodeText(bytes);
  if (text.trim() === '') throw new FileError('empty', 'The file is empty.');
  const sink = new RowSink(options);
  const batch = new LineBatch(sink);
  const leftOut = new LeftOut();
  const kind = readText(text, options.fileName, { sink, batch, leftOut });
  const choice = sink.finish(batch.finish());
  if (sink.isEmpty) throw new FileError('no_rows', 'The file contains no proxies, only headers or comments.');
  return {
    kind,
    encoding,
    rows: sink.rows,
    rejected: sink.rejected,
    choice,
    forms: sink.forms.result(),
    firstOfForms: sink.forms.firstLines(),
    unknownColumns: [...new Set([...leftOut.unknown, ...batch.leftOut])].slice(0, MAX_COLUMNS_NAMED).map(cutName),
    lostColumns: [...leftOut.lost].slice(0, MAX_COLUMNS_NAMED).map(([name, used]) => ({ name: cutName(name), used })),
  };
}

const cutName = (name: string) => name.slice(0, MAX_COLUMN_CHARS);

type Readers = Pick<RecordReader, 'sink' | 'batch' | 'leftOut'>;

function readText(text: string, fileName: string | null, readers: Readers): ParsedFile['kind'] {
  const { defaultType } = readers.sink;
  const list = findProxyList(text, fileName);
  if (list) {
    readJsonList(list, { ...readers, defaultType, form: 'JSON' });
    return list.isExport ? 'export' : 'json';
  }
  const lines = new LineReader(readers.sink, readers.batch);
  const plain = dropLineEnds(text);
  const header = findHeader(plain);
  const below = readLines(plain, lines, header?.at ?? null) ?? header;
  if (!below) return 'lines';
  readRows(plain, below, readers, lines.defaultType);
  return below.isExport ? 'export' : 'csv';
}

function readRows(text: string, header: CsvHeader, readers: Readers, defaultType: RecordReader['defaultType']): void {
  readCsvFile(text, header, { ...readers, defaultType, form: 'CSV columns' });
}
