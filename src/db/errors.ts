import { UserError } from '../base/errors.ts';

/** SQLSTATE of a failed statement (PostgreSQL, appendix A); drizzle keeps the server's error as `cause`. */
export function sqlState(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && /^[0-9A-Z]{5}$/.test(each.code)) return each.code;
  }
  return undefined;
}

/**
 * The pool is no longer what a plan was made from, because something that takes no lock, such as plain SQL, changed it between the
 * reading and the writing. Nothing of the transaction is kept; run again, it plans on a fresh reading.
 */
export class StalePlanError extends UserError {
  constructor(cause?: unknown) {
    super('plan_stale', 'Someone else changed the pool at the same time, so nothing was done.', 'Try again.');
    this.cause = cause;
  }
}

/** serialization_failure and deadlock_detected: the same transaction, tried again, can succeed. */
const RETRIED = new Set(['40001', '40P01']);
const isRetried = (error: unknown) => error instanceof StalePlanError || RETRIED.has(sqlState(error) ?? '');
const MAX_TRIES = 5;
const BASE_DELAY_MS = 20;

/** Runs a transaction again, a few times, if PostgreSQL gave it up in favor of another one or its plan was stale. */
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

/** Class 23: a statement was refused by a constraint. */
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
]);
/** What the driver says where it has no code. */
const BROKEN = /^(Connection terminated|timeout expired)|is not queryable$/;

/** Whether the server was not there, let nobody in, or went away: not the statement is at fault, and later it may work. */
export function isConnectionError(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (('code' in each && UNREACHABLE.has(String(each.code))) || BROKEN.test(each.message)) return true;
  }
  // Class 08 is connection exceptions; 57P01 to 57P03 are a server that goes down, has crashed or is starting.
  return /^(08|57P0[123])/.test(sqlState(error) ?? '');
}
