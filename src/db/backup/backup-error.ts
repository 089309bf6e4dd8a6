import { OperatorError } from '../../base/errors.ts';

/** Thrown if a backup cannot be made or restored. The message is one or two sentences for the person who started it. */
export class BackupError extends OperatorError {
  override readonly name = 'BackupError';
}
