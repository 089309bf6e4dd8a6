import { cutMasked } from '../../parse/fields/mask.ts';
import { Refusal } from '../../parse/fields/refusal.ts';
import { tooManyRows } from '../../parse/file-error.ts';
import { type AccountDefaults, readAccount, type WrittenAccount } from '../account-fields.ts';
import { maskUsername } from '../username.ts';
import { isModelColumn } from './account-columns.ts';
import type { ParsedAccount, RejectedAccount } from './parsed-account.ts';

const IS_HEADER = new Refusal('This is a header row, and it has no account column.');

/** Collects the rows of a file, applies the defaults of the import, and enforces the limit of rows. */
export class AccountSink {
  readonly rows: ParsedAccount[] = [];
  readonly rejected: RejectedAccount[] = [];
  /** Names of columns and keys that are not used. */
  readonly leftOut = new Set<string>();
  readonly #defaults: AccountDefaults;
  readonly #maxRows: number;

  constructor({ defaults, maxRows }: { defaults: AccountDefaults; maxRows: number }) {
    this.#defaults = defaults;
    this.#maxRows = maxRows;
  }

  get isEmpty(): boolean {
    return this.rows.length + this.rejected.length === 0;
  }

  leaveOut(names: readonly string[]): void {
    for (const name of names) this.leftOut.add(name);
  }

  /** The model of rows that name none; undefined if the import says none. */
  get defaultModel(): string | undefined {
    return this.#defaults.model;
  }

  /** Accepts a row or rejects it. @throws FileError at the first row over the limit */
  add(line: number, written: WrittenAccount): void {
    const account = isModelColumn(written.model) ? IS_HEADER : readAccount(written, this.#defaults);
    if (account instanceof Refusal) {
      this.reject(line, account, maskUsername(written.username ?? ''));
      return;
    }
    this.#makeRoom();
    this.rows.push({ line, ...account });
  }

  /** @param text the part of the row that may be shown @throws FileError at the first row over the limit */
  reject(line: number, { reason }: Refusal, text: string): void {
    this.#makeRoom();
    this.rejected.push({ line, reason, text: cutMasked(text) });
  }

  #makeRoom(): void {
    if (this.rows.length + this.rejected.length === this.#maxRows) throw tooManyRows(this.#maxRows);
  }
}
