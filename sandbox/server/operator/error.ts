/** Discord's own client would not have let the person do this; nothing was sent to the bot. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
