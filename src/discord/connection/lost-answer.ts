/** The connection broke after a request was sent: Discord may have carried it out, and it must not simply be repeated. */
export class LostAnswerError extends Error {
  override readonly name = 'LostAnswerError';

  constructor(cause: unknown) {
    super('the answer of Discord was lost', { cause });
  }
}

/** A response to an interaction was repeated, and its first attempt, whose answer was lost, turns out to have arrived. */
export class CarriedOutError extends Error {
  override readonly name = 'CarriedOutError';

  constructor() {
    super('the first attempt at this response has arrived');
  }
}
