import { UserError } from '../../base/errors.ts';

/** When a request that was refused is worth another try. */
export const BUSY_RETRY_S = 10;

/** More is waiting than can be done in time. Nothing was begun, so the same request can be sent again. */
export class BusyError extends UserError {
  constructor() {
    super('busy', 'The bot is busy.', `Try again in ${BUSY_RETRY_S} s.`);
  }
}
