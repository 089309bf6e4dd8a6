import { refuseMappingExport } from '../vps/mapping-columns.ts';
import { decodeText } from './decode-text.ts';
import { FileError } from './file-error.ts';
import { LineBatch } from './lines/line-batch.ts';
import { dropLineEnds, dropQuotes } from './lines/line-ends.ts';
import { LineReader, readLines } from './lines/line-file.ts';
import type { FileFacts, ParsedFile, ParseOptions, RowBatches } from './parsed-file.ts';
import { collectRows, RowSink } from './proxy-row.ts';
import { readCsvFile } from './records/csv-file.ts';
import { findHeader } from './records/csv-header.ts';
import { findProxyList } from './records/json-list.ts';
import { isObject } from './records/json-object.ts';
import { readJsonList } from './records/json-records.ts';
import type { RecordReader } from './records/proxy-record.ts';
import { LeftOut } from './records/record-builder.ts';

const MAX_COLUMNS_NAMED = 50;
const MAX_COLUMN_CHARS = 100;
/** Tells Excel the delimiter. Its line end stays, so that the lines below keep their numbers. */
const DELIMITER_LINE = /^sep=.(?=[\r\n])/i;

/** Reads a whole list. @throws FileError as `readProxyFile` does */
export function parseProxyFile(bytes: Uint8Array, options: ParseOptions): ParsedFile {
  const { rows, result } = collectRows(readProxyFile(bytes, options));
  return { ...result, rows };
}

/**
 * Reads a list of proxies: lines in any form, CSV with a header, JSON, or an export of ours. Nothing is guessed: a line is read
 * right, or rejected with a reason, or given in both its readings. Rows whose meaning the lines behind them decide come last.
 *
 * @param bytes unpacked
 * @throws FileError if there is no list to read: empty, binary or cut short, headers alone, JSON without a list, over `maxRows`
 */
export function* readProxyFile(bytes: Uint8Array, options: ParseOptions): RowBatches<FileFacts> {
  const { text, encoding } = decodeText(bytes);
  if (text.trim() === '') throw new FileError('empty', 'The file is empty.');
  const sink = new RowSink(options);
  const batch = new LineBatch(sink);
  const leftOut = new LeftOut();
  const kind = yield* readText(text, options.fileName, { sink, batch, leftOut });
  const choice = sink.finish(batch.finish());
  yield* sink.takeAll();
  if (sink.isEmpty) throw new FileError('no_rows', 'The file contains no proxies, only headers or comments.');
  return {
    kind,
    encoding,
    rejected: sink.rejected,
    choice,
    forms: sink.forms.result(),
    firstOfForms: sink.forms.firstLines(),
    unknownColumns: [...new Set([...leftOut.unknown, ...batch.leftOut])].slice(0, MAX_COLUMNS_NAMED).map(cutName),
    lostColumns: [...leftOut.lost]
      .slice(0, MAX_COLUMNS_NAMED)
      .map(([name, used]) => ({ name: cutName(name), used: cutName(used) })),
  };
}

const cutName = (name: string) => name.slice(0, MAX_COLUMN_CHARS);

type Readers = Pick<RecordReader, 'sink' | 'batch' | 'leftOut'>;

function* readText(text: string, fileName: string | null, readers: Readers): RowBatches<FileFacts['kind']> {
  const { defaultType } = readers.sink;
  const list = findProxyList(text, fileName);
  if (list) {
    refuseMappingExport(Object.keys(list.entries.map(({ value }) => value).find(isObject) ?? {}));
    readers.sink.isExport = list.isExport;
    yield* readJsonList(list, { ...readers, defaultType, form: 'JSON' });
    return list.isExport ? 'export' : 'json';
  }
  const lines = new LineReader(readers.sink, readers.batch);
  const plain = dropLineEnds(dropQuotes(text)).replace(DELIMITER_LINE, '');
  const header = findHeader(plain);
  readers.sink.expect(countLines(plain, header?.start.from ?? 0));
  const below = header?.isExport ? header : ((yield* readLines(plain, lines, header?.at ?? null)) ?? header);
  if (!below) return 'lines';
  readers.sink.isExport = below.isExport;
  yield* readCsvFile(plain, below, { ...readers, defaultType: lines.defaultType, form: 'CSV columns' });
  return below.isExport ? 'export' : 'csv';
}

/** The number of lines from a place on. The end of the last one begins no further line. */
function countLines(text: string, from: number): number {
  const end = text.includes('\n') ? '\n' : '\r';
  let lines = 1;
  for (let at = text.indexOf(end, from); at !== -1 && at < text.length - 1; at = text.indexOf(end, at + 1)) lines++;
  return lines;
}
