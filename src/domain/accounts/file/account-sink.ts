import { cutMasked } from '../../parse/fields/mask.ts';
import { Refusal } from '../../parse/fields/refusal.ts';
import { tooManyRows } from '../../parse/file-error.ts';
import { type AccountDefaults, readAccount, type WrittenAccount } from '../account-fields.ts';
import { maskUsername } from '../username.ts';
import type { ParsedAccount, RejectedAccount } from './parsed-account.ts';

/** Collects what a file holds, fills in what the import says, and stops a file that holds too much. */
export class AccountSink {
  readonly rows: ParsedAccount[] = [];
  readonly rejected: RejectedAccount[] = [];
  readonly #defaults: AccountDefaults;
  readonly #maxRows: number;

  constructor({ defaults, maxRows }: { defaults: AccountDefaults; maxRows: number }) {
    this.#defaults = defaults;
    this.#maxRows = maxRows;
  }

  get isEmpty(): boolean {
    return this.rows.length + this.rejected.length === 0;
  }

  /** Takes a row or rejects it. @throws FileError at the first row over the limit */
  add(line: number, written: WrittenAccount): void {
    const account = readAccount(written, this.#defaults);
    if (account instanceof Refusal) {
      this.reject(line, account, maskUsername(written.username ?? ''));
      return;
    }
    this.#makeRoom();
    this.rows.push({ line, ...account });
  }

  /** @param text what may be shown of the row @throws FileError at the first row over the limit */
  reject(line: number, { reason }: Refusal, text: string): void {
    this.#makeRoom();
    this.rejected.push({ line, reason, text: cutMasked(text) });
  }

  #makeRoom(): void {
    if (this.rows.length + this.rejected.length === this.#maxRows) throw tooManyRows(this.#maxRows);
  }
}
