import { refuseMappingExport } from '../vps/mapping-columns.ts';
import { decodeText } from './decode-text.ts';
import { FileError } from './file-error.ts';
import { LineBatch } from './lines/line-batch.ts';
import { dropLineEnds, dropQuotes } from './lines/line-ends.ts';
import { LineReader, readLines } from './lines/line-file.ts';
import type { ParsedFile, ParseOptions } from './parsed-file.ts';
import { RowSink } from './proxy-row.ts';
import { readCsvFile } from './records/csv-file.ts';
import { type CsvHeader, findHeader } from './records/csv-header.ts';
import { findProxyList } from './records/json-list.ts';
import { isObject } from './records/json-object.ts';
import { readJsonList } from './records/json-records.ts';
import type { RecordReader } from './records/proxy-record.ts';
import { LeftOut } from './records/record-builder.ts';

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
    refuseMappingExport(Object.keys(list.entries.map(({ value }) => value).find(isObject) ?? {}));
    readers.sink.isExport = list.isExport;
    readJsonList(list, { ...readers, defaultType, form: 'JSON' });
    return list.isExport ? 'export' : 'json';
  }
  const lines = new LineReader(readers.sink, readers.batch);
  const plain = dropLineEnds(dropQuotes(text));
  const header = findHeader(plain);
  const below = readLines(plain, lines, header?.at ?? null) ?? header;
  if (!below) return 'lines';
  readers.sink.isExport = below.isExport;
  readRows(plain, below, readers, lines.defaultType);
  return below.isExport ? 'export' : 'csv';
}

function readRows(text: string, header: CsvHeader, readers: Readers, defaultType: RecordReader['defaultType']): void {
  readCsvFile(text, header, { ...readers, defaultType, form: 'CSV columns' });
}
