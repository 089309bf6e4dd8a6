import { describe, expect, test } from 'vitest';
import type { AccountFileOptions } from '../../../../../src/domain/accounts/file/account-file.ts';
import { collectionsIn } from '../../parse/files/collections.ts';
import { readToLines } from './written.ts';

describe.each(collectionsIn<Partial<AccountFileOptions>>(import.meta.dirname))('%s', (_, files) => {
  test.each(files.map((each) => [each.title, each] as const))('%s', (_title, { text, options, read }) => {
    expect(readToLines(text, options)).toEqual(read);
  });
});
