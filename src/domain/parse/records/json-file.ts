import { detail } from '../../proxies/fields.ts';
import { HIDDEN } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import { FileError } from '../file-error.ts';
import type { LineBatch } from '../lines/line-batch.ts';
import { LineReader } from '../lines/line-file.ts';
import { MAX_LINE_CHARS, TOO_LONG } from '../lines/line-limits.ts';
import { marksOf } from '../lines/line-marks.ts';
import { stripInvisible } from '../lines/line-noise.ts';
import type { RowSink } from '../proxy-row.ts';
import { columnOf, isDetail } from './columns.ts';
import { EXPORT_FORMAT, EXPORT_ONLY_COLUMNS, requireVersion, restoreCell } from './export-format.ts';
import { type ProxyRecord, readRecord } from './proxy-record.ts';

/** The entries of a JSON file: an array, or one of our exports. */
export interface JsonList {
  isExport: boolean;
  entries: readonly unknown[];
}

const JSON_BEGIN = /^\s*(?:\{\s*["}]|\[\s*(?:["{\]]|$))/;

const NO_ENTRY = new Refusal('Each entry must be a string or an object.');
const NESTED = new Refusal('Each value must be a string or a number.');
const LONG_NUMBER = new Refusal('A number is too long or has a fraction: write it as a string, in quotes.');

/**
 * The list in a JSON file; null for a file that is not JSON (a line may begin with the bracket of an IPv6 address).
 *
 * @throws FileError for JSON that is broken or holds no list
 */
export function findJsonList(text: string, fileName: string | null): JsonList | null {
  const isNamed = fileName?.toLowerCase().endsWith('.json') ?? false;
  if (!isNamed && !JSON_BEGIN.test(text)) return null;
  const value = parseJson(text);
  if (Array.isArray(value)) return { isExport: false, entries: value };
  if (isObject(value) && value.format === EXPORT_FORMAT && Array.isArray(value.proxies)) {
    requireVersion(value.version);
    return { isExport: true, entries: value.proxies };
  }
  throw new FileError('not_a_list', 'The JSON must be an array of strings or objects.');
}

/** The parser's own message repeats a piece of the file, which may be a password: only the place is taken from it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /at position (\d+)/.exec(String(error))?.[1];
    const line = place === undefined ? null : text.slice(0, Number(place)).split(/\r\n?|\n/).length;
    throw new FileError('bad_json', `The JSON is invalid${line === null ? '' : ` in line ${line}`}.`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the entries; their numbers in the list, from 1, stand for lines. Resolves to the keys that nothing is known of. */
export function readJsonList({ entries, isExport }: JsonList, sink: RowSink, batch: LineBatch): Set<string> {
  const unknown = new Set<string>();
  const lines = new LineReader(sink, batch);
  for (const [index, entry] of entries.entries()) {
    if (typeof entry === 'string') {
      lines.read(index + 1, entry, 0, entry.length, marksOf(entry));
      continue;
    }
    const record = isObject(entry) ? recordOf(entry, isExport, unknown) : NO_ENTRY;
    if (record instanceof Refusal) {
      sink.count();
      sink.reject(index + 1, 'both', record, HIDDEN);
    } else {
      readRecord(index + 1, record, sink, batch);
    }
  }
  return unknown;
}

function recordOf(entry: Record<string, unknown>, isExport: boolean, unknown: Set<string>): ProxyRecord | Refusal {
  const record: ProxyRecord = {};
  for (const [key, value] of Object.entries(entry)) {
    const column = columnOf(key);
    if (column === undefined) {
      if (!isExport || !EXPORT_ONLY_COLUMNS.has(key)) unknown.add(key);
      continue;
    }
    const text = textOf(isDetail(column) ? (detail(column).kind.fromJson(value) ?? value) : value);
    if (text instanceof Refusal) return text;
    if (!record[column]) record[column] = isExport ? restoreCell(text) : stripInvisible(text);
  }
  return record;
}

function textOf(value: unknown): string | Refusal {
  if (typeof value === 'string') return value.length > MAX_LINE_CHARS ? TOO_LONG : value;
  if (value === null) return '';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : LONG_NUMBER;
  return NESTED;
}
