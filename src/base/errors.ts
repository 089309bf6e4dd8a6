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

/** The UserError that an error is or wraps: libraries wrap errors that are thrown within their calls. */
export function userErrorIn(error: unknown): UserError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof UserError) return each;
  return undefined;
}

/** An error that the person who starts a program has to resolve; its message is printed without a stack. */
export class OperatorError extends Error {}
