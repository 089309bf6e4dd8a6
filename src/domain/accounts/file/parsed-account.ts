import type { AccountFields } from '../account-fields.ts';

export interface ParsedAccount extends AccountFields {
  /** Line number in the file, from 1; in JSON, the position in the list. */
  line: number;
}

export interface RejectedAccount {
  line: number;
  /** A sentence that repeats nothing of the line. */
  reason: string;
  /** The part that names the account, with possible passwords hidden. At most 200 characters. */
  text: string;
}
