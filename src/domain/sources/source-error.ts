/** Why a list could not be read, or not completely; stable, for metrics and programs. */
export type SourceErrorCode =
  /** The provider refuses the key: 401, 403, or its own words for it. */
  | 'key_rejected'
  /** 429, and the provider asks for a longer wait than a sync may take. */
  | 'rate_limited'
  /** The answer is not what the provider's API answers: the message says what is missing. */
  | 'format_changed'
  /** No connection, a broken one, or 5xx after all retries. */
  | 'unreachable'
  /** Another status than 2xx that none of the above covers, such as 404. */
  | 'request_refused'
  /** The answer leads where the key must not go: another host, a private address, from https to http, in a circle. */
  | 'unsafe_address'
  /** Over `MAX_LIST_BYTES`. */
  | 'too_large'
  /** Over `MAX_LISTED`. */
  | 'too_many'
  /** Over `MAX_LIST_MS`. */
  | 'took_too_long'
  /** All pages were read, and do not add up: an entry came twice, or the provider's own count differs. */
  | 'incomplete';

/** The data of a `SourceError`, as one thread passes it to another. */
export interface SourceFailure {
  code: SourceErrorCode;
  /** A sentence that names the host at most: never the path, the query, or the key. */
  message: string;
  /** The wait that the provider asks for, if it asks for one. */
  retryAfterSeconds: number | null;
}

/** Thrown if a list could not be read, or not completely. */
export class SourceError extends Error implements SourceFailure {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  readonly retryAfterSeconds: number | null;

  constructor(code: SourceErrorCode, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
