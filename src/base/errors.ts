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

/** An error that the person who starts a program has to resolve; its message is printed without a stack. */
export class OperatorError extends Error {}
