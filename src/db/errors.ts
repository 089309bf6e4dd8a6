/** SQLSTATE of a failed statement (PostgreSQL, appendix A); drizzle keeps the server's error as `cause`. */
export function sqlState(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && /^[0-9A-Z]{5}$/.test(each.code)) return each.code;
  }
  return undefined;
}

/** serialization_failure and deadlock_detected: the same transaction, tried again, can succeed. */
const RETRIED = new Set(['40001', '40P01']);
const MAX_TRIES = 5;
const BASE_DELAY_MS = 20;

/** Runs a transaction again, a few times, after PostgreSQL gave it up for another one's sake. */
export async function withRetry<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MAX_TRIES || !RETRIED.has(sqlState(error) ?? '')) throw error;
      const delay = BASE_DELAY_MS * 2 ** attempt * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}
