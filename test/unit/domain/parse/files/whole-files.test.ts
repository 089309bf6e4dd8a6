import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ParseOptions } from '../../../../../src/domain/parse/parsed-file.ts';
import { readToLines } from './written.ts';

/**
 * The files beside this one hold files, each with all that is read of it, which was checked by hand. `\t`, `\r` and `\u200b` stand for
 * these characters, and `\` at the end of a line for no line end.
 */
const COLLECTIONS = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));

interface WholeFile {
  title: string;
  options: Partial<ParseOptions>;
  text: string;
  read: string[];
}

const CASE = /^=== (?<title>.*)\n(?:options (?<options>.*)\n)?--- file\n(?<text>[\s\S]*?)^--- read\n(?<read>[\s\S]*)$/m;

function casesOf(collection: string): WholeFile[] {
  const all = readFileSync(join(import.meta.dirname, collection), 'utf8');
  return all.split(/^(?=={3} )/m).map((each) => {
    const { title = '', options = '{}', text = '', read = '' } = CASE.exec(each)?.groups ?? {};
    return { title, options: JSON.parse(options), text: unescaped(text), read: read.trim().split('\n') };
  });
}

function unescaped(text: string): string {
  return text
    .replace(/\n$/, '')
    .replaceAll('\\\n', '')
    .replace(/\\(?:[tr"]|u[0-9a-f]{4})/g, (sign) => JSON.parse(`"${sign}"`));
}

describe.each(COLLECTIONS)('%s', (collection) => {
  test.each(casesOf(collection).map((each) => [each.title, each] as const))('%s', (_, { text, options, read }) => {
    expect(readToLines(text, options)).toEqual(read);
  });
});
