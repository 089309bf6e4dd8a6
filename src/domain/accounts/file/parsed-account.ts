import type { AccountFields } from '../account-fields.ts';

export interface ParsedAccount extends AccountFields {
  /** 1-based, of the file; in JSON the place in the list. */
  line: number;
}

export interface RejectedAccount {
  line: number;
  /** A plain sentence that repeats nothing of the line. */
  reason: string;
  /** The part that names the account; what may be a password is hidden. At most 200 characters. */
  text: string;
}
