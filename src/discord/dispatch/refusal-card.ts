import { UserError } from '../../base/errors.ts';
import type { View } from '../../kit/view.ts';

/** A refusal with its own card, which offers the next step on a button. It is visible to the caller only. */
export class RefusalCard extends UserError {
  readonly view: View;

  constructor({ code, message, hint }: UserError, view: View) {
    super(code, message, hint);
    this.view = view;
  }
}
