import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type { ParsedFile } from '../../../../../src/domain/parse/parsed-file.ts';
import { read } from '../read.ts';

/** A line or a file from a public report, and what it means. */
interface Case {
  id: string;
  file: string;
  text: string;
  want: { host: string; port: number; user: string | null; pass: string | null; type: string; link?: string }[];
  mayReject: boolean;
  private: boolean;
}

const CASES: Case[] = JSON.parse(readFileSync(join(import.meta.dirname, 'lines.json'), 'utf8'));

/**
 * The readings of cases for which the reports name nothing, since each is certain by a rule of the formats. Of all others of these,
 * nothing is read.
 */
const READ: Record<string, string[]> = {
  // The answers of providers are read as they come: the list is found inside its envelope.
  A18b: ['http://203.0.113.7:50100'],
  A23b: ['http://alice:pw@203.0.113.7:8168'],
  A66: ['socks5://alice:pw@203.0.113.7:3000'],
  // A type may stand before the address, and a literal address wins over a name with digits behind it.
  M04: [
    'socks5://alice:pw@203.0.113.7:1080',
    'socks5://bob.smith:12345@203.0.113.8:1080',
    'socks5://carol:x@203.0.113.9:1080',
  ],
  // Columns behind the address that mean a field are used, and a date is left out by its name.
  M08: ['http://203.0.113.7:8080'],
  M09: ['http://203.0.113.7:8080'],
  M10: ['http://203.0.113.7:8080'],
  // The first line is rejected, and the second one sets the type.
  M12: ['http://203.0.113.7:8080'],
  // Every line of the batch has a type behind its password.
  M23: ['socks5://alice:pw@203.0.113.7:8080'],
  // Both types mean an HTTP proxy. The row that names SOCKS beside HTTP is rejected.
  M27: ['http://203.0.113.7:8080'],
  // A file with both ports gives HTTP if the import asks for no type.
  M30: ['http://203.0.113.7:8080'],
  // A country is written in upper case on every line; else it belongs to the password.
  M40: ['http://alice:pw:US@203.0.113.7:8080', 'http://alice:pw:us@203.0.113.8:8080'],
  M41: ['http://alice:AB@203.0.113.7:8080', 'http://alice:IN@203.0.113.8:8080'],
  // These assignments are known, and a URL follows them.
  U08: ['socks5://203.0.113.7:1080'],
  U09: ['http://alice:pw@203.0.113.7:8080'],
};

test.each(CASES.map((each) => [each.id, each] as const))('%s is read right or rejected', (id, each) => {
  const file = readCase(each);
  const found = file.rows.filter(({ reading }) => reading !== 'second').map(({ fields }) => fields);
  const read = found.map(({ type, host, port, username, password }) =>
    written({ type, host, port, user: username, pass: password }),
  );
  const want = each.want.length > 0 ? each.want.map(written) : (READ[id] ?? []);
  if (each.mayReject) expect(want).toEqual(expect.arrayContaining(read));
  else expect(read).toEqual(want);
  if (read.length < want.length) expect(file.rejected.length).toBeGreaterThan(0);
  for (const { host, link } of each.want) {
    const row = found.find((fields) => fields.host === host);
    if (link && row) expect(row.changeIpUrl).toBe(link);
  }
});

function written({ type, host, port, user, pass }: Case['want'][number]): string {
  const login = `${user ?? ''}${pass === null ? '' : `:${pass}`}`;
  return `${type}://${login === '' ? '' : `${login}@`}${host}:${port}`;
}

function readCase({ file, text, private: isPrivateAllowed }: Case): Pick<ParsedFile, 'rows' | 'rejected'> {
  try {
    return read(text, { fileName: file, isPrivateAllowed });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { rows: [], rejected: [{ line: 1, reading: 'both', reason: error.message, text: '' }] };
  }
}
