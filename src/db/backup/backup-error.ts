import { OperatorError } from '../../base/errors.ts';

/** A backup cannot be made or restored; the message is a sentence or two for the person who asked for it. */
export class BackupError extends OperatorError {
  override readonly name = 'BackupError';
}
