import { describe, expect, test } from 'vitest';
import type { ParseOptions } from '../../../../../src/domain/parse/parsed-file.ts';
import { collectionsIn } from './collections.ts';
import { readToLines } from './written.ts';

describe.each(collectionsIn<Partial<ParseOptions>>(import.meta.dirname))('%s', (_, files) => {
  test.each(files.map((each) => [each.title, each] as const))('%s', (_title, { text, options, read }) => {
    expect(readToLines(text, options)).toEqual(read);
  });
});
