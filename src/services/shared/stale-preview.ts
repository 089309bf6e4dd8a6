import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Db } from '../../db/client.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';

/** Thrown if a preview is stale. The transaction is rolled back, and a new preview is made. */
export class StalePreviewError extends Error {
  override readonly name = 'StalePreviewError';
}

/**
 * Compares the preview with what the change would do now.
 *
 * @param shown undefined if the caller has seen no preview and accepts any effect
 * @throws StalePreviewError if they differ
 */
export function assertStillShown(shown: unknown, now: unknown): void {
  if (shown !== undefined && !isDeepStrictEqual(shown, now)) throw new StalePreviewError();
}

/** A hash of everything that a preview depends on, short enough to be stored with its plan. */
export function basisOf(parts: Iterable<string | number>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part};`);
  return hash.digest('base64url');
}

/**
 * Runs a change in one transaction, which is rolled back if the preview turns out to be stale.
 *
 * @returns undefined if the preview is stale
 */
export async function unlessStale<T>(
  db: Db,
  apply: (tx: RepeatableTx) => Promise<T>,
): Promise<{ done: T } | undefined> {
  try {
    return { done: await transact(db, apply) };
  } catch (error) {
    if (error instanceof StalePreviewError) return undefined;
    throw error;
  }
}
