import { FileError } from '../file-error.ts';
import { stripInvisible } from '../lines/line-noise.ts';
import { restorerOf } from './export-format.ts';
import { exportedEntries, isJson, LINE_END, parseJson, parseJsonLine } from './json-file.ts';
import { flatten, isObject, type NamedValue, namesHost } from './json-object.ts';

/** One entry of a list, and what the order or group around it says of all its entries. */
export interface JsonEntry {
  /** 1-based: its place in the list, or the line of the file. */
  line: number;
  value: unknown;
  around: readonly NamedValue[];
}

/** The entries of a JSON file: an array, one object per line, one of our exports, or the answer of a provider. */
export interface ProxyList {
  isExport: boolean;
  /** Restores the value of a text. */
  clean: (text: string) => string;
  entries: JsonEntry[];
}

/** Lists lie no deeper in any provider's answer. */
const MAX_DEPTH = 5;
/** How lists of texts are called; other texts in an answer are messages. */
const TEXT_LISTS = /^(?:proxies|proxy_?list|list|data|items|results?|proxy|lines)$/i;

/**
 * The proxies in a JSON file; null for a file that is not JSON.
 *
 * @throws FileError for JSON that is broken or contains no list
 */
export function findProxyList(text: string, fileName: string | null): ProxyList | null {
  if (!isJson(text, fileName)) return null;
  const value = parseJson(text);
  const list = (entries: JsonEntry[]) => ({ isExport: false, clean: stripInvisible, entries });
  if (value === undefined) return list(readObjectLines(text));
  const exported = exportedEntries(value);
  if (exported) {
    const entries = numbered(exported.entries.map((each) => ({ value: each, around: [] })));
    return { isExport: true, clean: restorerOf(exported.version), entries };
  }
  if (Array.isArray(value)) return list(numbered(entriesOf(value, 1)));
  const entries = isObject(value) ? findEntries(value, 0) : [];
  if (entries.length > 0) return list(numbered(entries));
  throw new FileError('not_a_list', 'The JSON contains no list of proxies: it must be an array of strings or objects.');
}

function readObjectLines(text: string): JsonEntry[] {
  return text.split(LINE_END).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = parseJsonLine(line);
    return [{ line: index + 1, value: value === undefined ? line.trim() : value, around: [] }];
  });
}

type Unnumbered = Omit<JsonEntry, 'line'>;

/** The proxies in an object of a list: itself, or those of an order with what the order says of them. */
export const proxiesIn = (object: Record<string, unknown>): Unnumbered[] => entriesOf([object], 1);

function numbered(entries: readonly Unnumbered[]): JsonEntry[] {
  return entries.map((entry, index) => ({ ...entry, line: index + 1 }));
}

/** The entries of an array. An order of a provider is replaced by the proxies in it, with what it says of them. */
function entriesOf(list: readonly unknown[], depth: number): Unnumbered[] {
  return list.flatMap((value): Unnumbered[] => {
    if (!isObject(value) || namesHost(value)) return [{ value, around: [] }];
    const inner = findEntries(value, depth);
    if (inner.length === 0) return [{ value, around: [] }];
    const own = flatten(value).filter((each) => !Array.isArray(each.value) && !isObject(each.value));
    return inner.map((entry) => ({ ...entry, around: [...entry.around, ...own] }));
  });
}

/** The proxies inside an object: those of its lists, else itself if it names a host, else those of the objects inside it. */
function findEntries(object: Record<string, unknown>, depth: number): Unnumbered[] {
  if (depth > MAX_DEPTH) return [];
  const listed = Object.entries(object).flatMap(([key, value]) => entriesUnder(key, value, depth + 1));
  if (listed.length > 0) return listed;
  if (namesHost(object)) return [{ value: object, around: [] }];
  return Object.values(object).flatMap((value) => (isObject(value) ? findEntries(value, depth + 1) : []));
}

/**
 * The entries of a list of proxies: an array, or an object that has one under each key, as by their ids. None for any other value.
 * The list is searched once, so that nested lists do not multiply the work.
 */
function entriesUnder(key: string, value: unknown, depth: number): Unnumbered[] {
  const list = listOf(value);
  if (list.some((each) => typeof each === 'string')) {
    return Array.isArray(value) && TEXT_LISTS.test(key) ? entriesOf(list, depth) : [];
  }
  if (!list.every(isObject)) return [];
  const entries = entriesOf(list, depth);
  return entries.some((entry) => !isObject(entry.value) || namesHost(entry.value)) ? entries : [];
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}
