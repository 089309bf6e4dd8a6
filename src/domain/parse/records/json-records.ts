import { detail } from '../../proxies/fields.ts';
import { Refusal } from '../fields/refusal.ts';
import { LineReader } from '../lines/line-file.ts';
import { MAX_LINE_CHARS, TOO_LONG } from '../lines/line-limits.ts';
import { sourceLine } from '../lines/line-marks.ts';
import { NO_USERNAME } from '../lines/line-refusal.ts';
import { typeOfNames } from '../lines/proxy-scheme.ts';
import type { RowBatches } from '../parsed-file.ts';
import { isDetail, isFlag, type NamedColumn, namedColumn } from './columns.ts';
import { EXPORT_ONLY_COLUMNS } from './export-format.ts';
import type { JsonEntry, ProxyList } from './json-list.ts';
import { flatten, isObject, type NamedValue } from './json-object.ts';
import { type RecordReader, readRecord } from './proxy-record.ts';
import { type ProxyRecord, RecordBuilder } from './record-builder.ts';

const NO_ENTRY = new Refusal('Each entry must be a string or an object.');
const NESTED = new Refusal('Each value must be a string or a number.');
const LONG_NUMBER = new Refusal('A number is too long or has a fraction: write it as a string, in quotes.');
/** How many entries are looked at to find the key of the types. */
const SAMPLE_ENTRIES = 20;
/** Webshare's residential plans have no address per proxy: all of them are reached through this gateway, each at a port of its own. */
const WEBSHARE = { key: 'proxy_address', needs: ['port', 'username', 'password', 'valid'], host: 'p.webshare.io' };

/** Reads the entries; their numbers stand for lines. */
export function* readJsonList(list: ProxyList, reader: RecordReader): RowBatches<void> {
  const lines = new LineReader(reader.sink, reader.batch);
  const types = findTypeKey(list.entries);
  for (const entry of list.entries) {
    if (reader.sink.isFull) yield reader.sink.take();
    if (typeof entry.value === 'string' && entry.around.length === 0) {
      lines.read(sourceLine(entry.line, entry.value));
      continue;
    }
    const values = valuesOf(entry, types);
    readRecord(entry.line, values instanceof Refusal ? values : recordOf(values, list, reader), reader);
  }
}

/** The key without a known name under which all values are types. */
function findTypeKey(entries: readonly JsonEntry[]): string | undefined {
  const values = entries.slice(0, SAMPLE_ENTRIES).flatMap(({ value }) => (isObject(value) ? flatten(value) : []));
  if (values.some(({ column }) => column?.column === 'type')) return undefined;
  const candidates = new Set(values.filter(({ column }) => column === undefined).map(({ name }) => name));
  for (const { name, value } of values) {
    // A list is written with commas between its items.
    if (value !== null && typeOfNames(String(value)) === undefined) candidates.delete(name);
  }
  return [...candidates].find((name) => values.some((each) => each.name === name && each.value !== null));
}

/** The values of an entry, and behind them those of its order. */
function valuesOf({ value, around }: JsonEntry, types: string | undefined): NamedValue[] | Refusal {
  if (typeof value === 'string') return [{ name: 'proxies', column: namedColumn('proxy'), value }, ...around];
  if (!isObject(value)) return NO_ENTRY;
  const values = flatten(value);
  for (const each of values) {
    if (each.name === types) each.column = namedColumn('type');
    if (each.name === WEBSHARE.key && each.value === null && isOfWebshare(value)) each.value = WEBSHARE.host;
  }
  return values.concat(around);
}

const isOfWebshare = (object: Record<string, unknown>) => WEBSHARE.needs.every((key) => key in object);

type KnownValue = NamedValue & { column: NamedColumn };

function recordOf(
  values: readonly NamedValue[],
  { isExport, clean }: Pick<ProxyList, 'isExport' | 'clean'>,
  { leftOut }: RecordReader,
): ProxyRecord | Refusal {
  const counts = new Map<string, number>();
  const known: KnownValue[] = [];
  for (const { name, column, value } of values) {
    if (column) {
      counts.set(column.column, (counts.get(column.column) ?? 0) + 1);
      known.push({ name, column, value });
    } else if (!isExport || !EXPORT_ONLY_COLUMNS.has(name)) leftOut.unknown.add(name);
  }
  const builder = new RecordBuilder(leftOut, isExport || counts.has('password'));
  for (const { name, column, value } of known.sort((a, b) => b.column.rank - a.column.rank)) {
    const text = textOf(value, column);
    if (text instanceof Refusal) return text;
    const isShared = counts.get(column.column) !== 1;
    builder.set(name, column, clean(text), isShared);
  }
  const record = builder.finish();
  return !isExport && counts.has('username') && lacksUsername(record) ? NO_USERNAME : record;
}

/** Whether a record has a password alone: half of a login, since a key for the other half is there. */
function lacksUsername({ username, password, credentials, line }: ProxyRecord): boolean {
  return Boolean(password) && !username && !credentials && !line;
}

function textOf(value: unknown, { column }: NamedColumn): string | Refusal {
  const kind = isDetail(column) ? detail(column).kind : null;
  const written = kind?.fromJson(value) ?? value;
  if (typeof written === 'string') return written.length > MAX_LINE_CHARS ? TOO_LONG : written;
  if (written === null) return '';
  if (typeof written === 'number') return Number.isSafeInteger(written) ? String(written) : LONG_NUMBER;
  if (typeof written === 'boolean' && (isFlag(column) || column === 'credentials')) return String(written);
  const isList = Array.isArray(written) && (column === 'type' || column === 'tags');
  if (isList && written.every((item) => ['string', 'number'].includes(typeof item))) return written.join(',');
  return NESTED;
}
