import { FileError } from '../file-error.ts';
import { EXPORT_FORMAT, requireVersion } from './export-format.ts';
import { isObject } from './json-object.ts';

/** The entries of a JSON file: an array, or one of our exports. */
interface JsonList {
  isExport: boolean;
  entries: readonly unknown[];
}

const JSON_BEGIN = /^\s*(?:\{\s*["}]|\[\s*(?:["{\]]|$))/;
/** An object that is a line of its own: the file has one per line. */
const OBJECT_LINE = /^\{.*\}$/;
export const LINE_END = /\r\n?|\n/;

/** Whether a file is JSON, by its name or its beginning (a line may begin with the bracket of an IPv6 address). */
export function isJson(text: string, fileName: string | null): boolean {
  return /\.(?:json|jsonl|ndjson)$/i.test(fileName ?? '') || JSON_BEGIN.test(text);
}

/**
 * The value that a text is; undefined for a text with one object per line.
 *
 * @throws FileError for JSON that is broken
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const first = text.trim().split(LINE_END, 1).join();
    if (OBJECT_LINE.test(first.trim()) && parseJsonLine(first) !== undefined) return undefined;
    throw brokenJson(text, error);
  }
}

/** The value that one line is; undefined for a line that is none. */
export function parseJsonLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** The parser's own message repeats a piece of the file, which may be a password: only the place is taken from it. */
function brokenJson(text: string, error: unknown): FileError {
  const place = /at position (\d+)/.exec(String(error))?.[1];
  const line = place === undefined ? null : text.slice(0, Number(place)).split(LINE_END).length;
  return new FileError('bad_json', `The JSON is invalid${line === null ? '' : ` in line ${line}`}.`);
}

/** One of our exports; null for anything else. @throws FileError for a newer version */
export function exportedEntries(value: unknown): { entries: readonly unknown[]; version: number } | null {
  if (!isObject(value) || value.format !== EXPORT_FORMAT || !Array.isArray(value.proxies)) return null;
  requireVersion(value.version);
  return { entries: value.proxies, version: Number(value.version) };
}

/**
 * The array that a JSON file is; null for a file that is not JSON.
 *
 * @throws FileError for JSON that is broken or contains no list
 */
export function findJsonList(text: string, fileName: string | null): JsonList | null {
  if (!isJson(text, fileName)) return null;
  const value = parseJson(text);
  const exported = exportedEntries(value);
  if (exported) return { isExport: true, entries: exported.entries };
  if (value === undefined) return { isExport: false, entries: text.split(LINE_END).flatMap(parsedLine) };
  if (Array.isArray(value)) return { isExport: false, entries: value };
  throw new FileError('not_a_list', 'The JSON must be an array of strings or objects.');
}

function parsedLine(line: string): unknown[] {
  if (line.trim() === '') return [];
  const value = parseJsonLine(line);
  return [value === undefined ? line.trim() : value];
}
