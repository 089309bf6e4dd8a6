import { ADDRESS_FIELDS } from '../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../proxies/proxy.ts';
import { type Details, mergeDetails, readDetails } from './fields/details.ts';
import { readHost } from './fields/host.ts';
import { Refusal } from './fields/refusal.ts';
import { FileError, tooManyRows } from './file-error.ts';
import type { ParsedRow, ParseOptions, Reading, RejectedRow } from './proxy-file.ts';

/** The parts of a proxy as they stand in the file. */
export interface Parts {
  host: string;
  port: number;
  type: ProxyType;
  /** Empty where there is none; the same for the password. */
  username: string;
  password: string;
  details: Details;
}

/** Collects what a file holds, fills in what the import says, and stops a file that holds too much. */
export class RowSink {
  readonly rows: ParsedRow[] = [];
  readonly rejected: RejectedRow[] = [];
  /** The type of what names none: the one that the import asks for, else http. */
  readonly defaultType: ProxyType;
  readonly #isPrivateAllowed: boolean;
  readonly #maxRows: number;
  readonly #defaults: Details;
  #count = 0;

  /** @throws FileError for a default that no line may say either */
  constructor(options: ParseOptions) {
    const { type, ...written } = options.defaults;
    const defaults = readDetails(written);
    if (defaults instanceof Refusal) throw new FileError('bad_field', defaults.reason);
    this.defaultType = type ?? 'http';
    this.#isPrivateAllowed = options.isPrivateAllowed;
    this.#maxRows = options.maxRows;
    this.#defaults = defaults;
  }

  /** @throws FileError at the first line, row or entry over the limit */
  count(): void {
    if (++this.#count > this.#maxRows) throw tooManyRows(this.#maxRows);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(line: number, reading: Reading, fields: ProxyFields): void {
    this.rows.push({ line, reading, fields });
  }

  /** @param text of the line, masked */
  reject(line: number, reading: Reading, refusal: Refusal, text: string): void {
    this.rejected.push({ line, reading, reason: refusal.reason, text });
  }

  /** Checks each part and makes the proxy of them. */
  assemble(parts: Parts): ProxyFields | Refusal {
    const host = readHost(parts.host, this.#isPrivateAllowed);
    if (host instanceof Refusal) return host;
    const username = ADDRESS_FIELDS.username.kind.read(parts.username, 'username');
    if (username instanceof Refusal) return username;
    const password = ADDRESS_FIELDS.password.kind.read(parts.password, 'password');
    if (password instanceof Refusal) return password;
    const details = mergeDetails(parts.details, this.#defaults);
    return { host, port: parts.port, type: parts.type, username, password, ...details };
  }

  /** Puts rows that were decided late where they belong. */
  sort(): void {
    const inOrder = (a: { line: number; reading: Reading }, b: { line: number; reading: Reading }) =>
      a.line - b.line || (a.reading < b.reading ? -1 : 1);
    this.rows.sort(inOrder);
    this.rejected.sort(inOrder);
  }
}
