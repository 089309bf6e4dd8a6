/** What a user can be told and can act on. Anything else that is thrown is a fault of ours and is shown as a reference alone. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable, for programs: `not_found`, `too_large`, … */
  readonly code: string;
  /** The next step, in one sentence, if there is one. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
