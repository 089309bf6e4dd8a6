import { NO_DETAILS } from '../../../../src/domain/parse/fields/details.ts';
import { FileError } from '../../../../src/domain/parse/file-error.ts';
import type { ParsedFile, ParseOptions } from '../../../../src/domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../../../src/domain/parse/proxy-file.ts';
import type { ProxyFields } from '../../../../src/domain/proxies/proxy.ts';

export const OPTIONS: ParseOptions = { fileName: null, defaults: {}, isPrivateAllowed: false, maxRows: 200_000 };

/** Reads a text as UTF-8. */
export function read(text: string, options: Partial<ParseOptions> = {}): ParsedFile {
  return parseProxyFile(new TextEncoder().encode(text), { ...OPTIONS, ...options });
}

/** The fields of the proxies of a text in which nothing is rejected or open. */
export function readAll(text: string, options: Partial<ParseOptions> = {}): ProxyFields[] {
  const file = read(text, options);
  if (file.rejected.length > 0 || file.choice) throw new Error(JSON.stringify({ ...file, rows: undefined }));
  return file.rows.map((row) => row.fields);
}

/** The one proxy of a text. */
export function readOne(text: string, options: Partial<ParseOptions> = {}): ProxyFields {
  const [fields, ...others] = readAll(text, options);
  if (!fields || others.length > 0) throw new Error(`${others.length + 1} proxies`);
  return fields;
}

/** Why the one line of a text is rejected. */
export function reasonOf(text: string, options: Partial<ParseOptions> = {}): string {
  const file = read(text, options);
  if (file.rejected.length !== 1 || file.rows.length > 0) throw new Error(JSON.stringify(file));
  return file.rejected[0]?.reason ?? '';
}

/** The code of the error that a whole file gets. */
export function errorOf(bytes: string | Uint8Array, options: Partial<ParseOptions> = {}): FileError {
  try {
    parseProxyFile(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, { ...OPTIONS, ...options });
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** A proxy that says nothing but these fields. */
export function proxy(fields: Partial<ProxyFields>): ProxyFields {
  return {
    host: '203.0.113.7',
    port: 8080,
    type: 'http',
    username: null,
    password: null,
    ...NO_DETAILS,
    ...fields,
  };
}
