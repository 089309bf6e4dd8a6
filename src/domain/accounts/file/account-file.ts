import { refuseExportOfProxies, refuseTableOfProxies } from '../../imports/table-of-proxies.ts';
import { decodeText, type Encoding } from '../../parse/decode-text.ts';
import { FileError } from '../../parse/file-error.ts';
import { findJsonList } from '../../parse/records/json-file.ts';
import { isObject } from '../../parse/records/json-object.ts';
import { refuseTableOfVps } from '../../vps/mapping-columns.ts';
import type { AccountDefaults } from '../account-fields.ts';
import { namesAccount } from './account-columns.ts';
import { findAccountHeader, readAccountCsv } from './account-csv.ts';
import { readAccountJson } from './account-json.ts';
import { readAccountLines } from './account-lines.ts';
import { AccountSink } from './account-sink.ts';
import type { ParsedAccount, RejectedAccount } from './parsed-account.ts';

export interface AccountFileOptions {
  /** Only the extension matters: `.json` must contain JSON. */
  fileName: string | null;
  defaults: AccountDefaults;
  maxRows: number;
}

export interface ParsedAccounts {
  encoding: Encoding;
  /** In the order of the file, as are the rejected ones. */
  rows: ParsedAccount[];
  rejected: RejectedAccount[];
  /** Names of unknown columns and keys, which were skipped. */
  unknownColumns: string[];
}

const MAX_UNKNOWN_COLUMNS = 50;
const MAX_COLUMN_CHARS = 100;

/**
 * Reads a list of accounts: CSV with a header, JSON, or lines of `username, model, vps, label, notes`, of which all but
 * the first are optional.
 *
 * @param bytes unpacked
 * @throws FileError if there is no list to read: an empty, binary or truncated file, only headers, JSON without a list,
 * or more than `maxRows`
 */
export function parseAccountFile(bytes: Uint8Array, options: AccountFileOptions): ParsedAccounts {
  const { text, encoding } = decodeText(bytes);
  if (text.trim() === '') throw new FileError('empty', 'The file is empty.');
  const sink = new AccountSink(options);
  readText(text, options.fileName, sink);
  if (sink.isEmpty) throw new FileError('no_rows', 'The file contains no accounts, only headers or comments.');
  const unknownColumns = [...new Set([...sink.leftOut].map((name) => name.slice(0, MAX_COLUMN_CHARS)))];
  return {
    encoding,
    rows: sink.rows,
    rejected: sink.rejected,
    unknownColumns: unknownColumns.slice(0, MAX_UNKNOWN_COLUMNS),
  };
}

function readText(text: string, fileName: string | null, sink: AccountSink): void {
  const list = findJsonList(text, fileName);
  if (list?.isExport) throw new FileError('not_a_list', 'This file is an export of proxies and contains no accounts.');
  if (list) refuseOtherTable(Object.keys(list.entries.find(isObject) ?? {}));
  else refuseExportOfProxies(text);
  const header = list ? null : findAccountHeader(text);
  if (list) readAccountJson(list.entries, sink);
  else if (header) readAccountCsv(text, header, sink);
  else readAccountLines(text, sink);
}

function refuseOtherTable(names: readonly string[]): void {
  refuseTableOfProxies(names);
  if (!namesAccount(names)) refuseTableOfVps(names);
}
