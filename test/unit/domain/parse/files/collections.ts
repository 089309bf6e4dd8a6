import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file, with all that is read of it. */
export interface WholeFile<O> {
  title: string;
  options: O;
  text: string;
  read: string[];
}

const CASE = /^=== (?<title>.*)\n(?:options (?<options>.*)\n)?--- file\n(?<text>[\s\S]*?)^--- read\n(?<read>[\s\S]*)$/m;

/**
 * The collections of files in a folder, by their names. The results in them were checked by hand. `\t`, `\r` and `\u200b` stand for these
 * characters, and `\` at the end of a line for no line end.
 */
export function collectionsIn<O>(folder: string): [name: string, files: WholeFile<O>[]][] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.map((name) => [name, filesIn<O>(readFileSync(join(folder, name), 'utf8'))]);
}

function filesIn<O>(collection: string): WholeFile<O>[] {
  return collection.split(/^(?=={3} )/m).map((each) => {
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
