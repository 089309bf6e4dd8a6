import type { ErrorCode } from './error-codes.ts';

/** What a user can be told and can act on. Anything else that is thrown is a fault of ours and is shown as a reference alone. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: ErrorCode;
  /** The next step, in one sentence, if there is one. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** What the person who started a program has to put right: its message is printed as it is, without a stack. */
export class OperatorError extends Error {}
