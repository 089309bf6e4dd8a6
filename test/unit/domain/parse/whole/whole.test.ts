import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ParseOptions } from '../../../../../src/domain/parse/parsed-file.ts';
import { written } from './written.ts';

const FOLDER = join(import.meta.dirname, 'texts');

/** A text with the options of its import, and everything that is read of it. */
type Whole = readonly [title: string, text: string, options: Partial<ParseOptions>, result: string];

/** Each block begins with the text as a JSON string, and the options behind it, if there are any. */
function wholesIn(file: string): Whole[] {
  const blocks = readFileSync(join(FOLDER, file), 'utf8').trimEnd().split('\n\n');
  return blocks.map((block): Whole => {
    const end = block.indexOf('\n');
    const title = block.slice(0, end);
    const [text, options = {}] = JSON.parse(`[${title}]`) as [string, Partial<ParseOptions>?];
    return [title, text, options, block.slice(end + 1)];
  });
}

const FILES = readdirSync(FOLDER);

describe.each(FILES)('every part of what is read is as in %s', (file) => {
  test.each(wholesIn(file))('%s', (_, text, options, result) => {
    expect(written(text, options)).toBe(result);
  });
});
