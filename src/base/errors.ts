import type { ErrorCode } from './error-codes.ts';

/** An error that the user can act on. Any other error is internal and is shown as a reference only. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: ErrorCode;
  /** The next step in one sentence, if any. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** What the person who started a program has to put right: its message is printed as it is, without a stack. */
export class OperatorError extends Error {}
