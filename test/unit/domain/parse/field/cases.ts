import { describe, expect, test } from 'vitest';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type { ParsedFile } from '../../../../../src/domain/parse/parsed-file.ts';
import { read } from '../read.ts';

/** The reading of a text: URLs, or none if it is rejected or asked about. */
export type Want = string[] | 'rejected' | 'asked';

/** Texts and their meaning, by kind. */
export type Cases = Record<string, [text: string, want: Want][]>;

/** Makes a test of each text. */
export function testCases(cases: Cases): void {
  describe.each(Object.entries(cases))('%s', (_, ofKind) => {
    test.each(ofKind)('%j is read as %j', (text, want) => {
      const file = readOrReject(text);
      if (want === 'asked') expect(file.choice).not.toBeNull();
      else
        expect({ read: urlsOf(file), choice: file.choice }).toEqual({
          read: want === 'rejected' ? [] : want,
          choice: null,
        });
      if (want === 'rejected') expect(file.rejected.length).toBeGreaterThan(0);
    });
  });
}

function readOrReject(text: string): Pick<ParsedFile, 'rows' | 'rejected' | 'choice'> {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { rows: [], rejected: [{ line: 1, reading: 'both', reason: error.message, text: '' }], choice: null };
  }
}

function urlsOf({ rows }: Pick<ParsedFile, 'rows'>): string[] {
  return rows.map(({ fields: { type, host, port, username, password } }) => {
    const login = username === null ? '' : `${username}:${password}@`;
    return `${type}://${login}${host}:${port}`;
  });
}
