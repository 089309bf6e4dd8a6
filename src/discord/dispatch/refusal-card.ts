import { UserError } from '../../base/errors.ts';
import type { View } from '../../kit/view.ts';

/** A refusal with a card of its own, where the next step is on a button. Like any other it is shown to the caller alone. */
export class RefusalCard extends UserError {
  readonly view: View;

  constructor({ code, message, hint }: UserError, view: View) {
    super(code, message, hint);
    this.view = view;
  }
}
