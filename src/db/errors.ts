import { UserError } from '../base/errors.ts';

/** SQLSTATE of a failed statement (PostgreSQL, appendix A); drizzle keeps the server's error as `cause`. */
export function sqlState(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && /^[0-9A-Z]{5}$/.test(each.code)) return each.code;
  }
  return undefined;
}

/**
 * Thrown if the pool is no longer as the plan read it, because a writer without the lock, such as plain SQL, changed it
 * in between. The transaction is rolled back; run again, it plans with fresh data.
 */
export class StalePlanError extends UserError {
  constructor(cause?: unknown) {
    super('plan_stale', 'Someone else changed the pool at the same time, so nothing was done.', 'Try again.');
    this.cause = cause;
  }
}

/** serialization_failure and deadlock_detected: the same transaction can succeed if it is retried. */
const RETRIED = new Set(['40001', '40P01']);
const isRetried = (error: unknown) => error instanceof StalePlanError || RETRIED.has(sqlState(error) ?? '');
const MAX_TRIES = 5;
const BASE_DELAY_MS = 20;

/** Retries a transaction a few times if PostgreSQL cancelled it in favor of another one, or if its plan was stale. */
export async function withRetry<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MAX_TRIES || !isRetried(error)) throw error;
      const delay = BASE_DELAY_MS * 2 ** attempt * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** Class 23: a constraint refused a statement. */
export function isConstraintViolation(error: unknown): boolean {
  return sqlState(error)?.startsWith('23') ?? false;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Of postgres.js.
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
]);
/** Messages of the driver for errors without a code. */
const BROKEN = /^(Connection terminated|timeout expired)|is not queryable$/;

/** Thrown for a thread whose connection failed: the error of the driver cannot be passed on with its code. */
export class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError';
  readonly code = 'CONNECTION_CLOSED';

  constructor() {
    super('the database was not reachable from a thread');
  }
}

/**
 * Whether the server was unreachable, refused the connection, or went away. The statement is not at fault and may
 * succeed later.
 */
export function isConnectionError(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (('code' in each && UNREACHABLE.has(String(each.code))) || BROKEN.test(each.message)) return true;
  }
  // Class 08 contains connection exceptions; 57P01 to 57P03 mean that the server shuts down, has crashed or is
  // starting.
  return /^(08|57P0[123])/.test(sqlState(error) ?? '');
}
