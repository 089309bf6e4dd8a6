import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Db } from '../../db/client.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';

/** What a preview has shown no longer holds. The transaction that finds out is rolled back, and a new preview is made. */
export class StalePreviewError extends Error {
  override readonly name = 'StalePreviewError';
}

/**
 * Compares what a preview has shown with what the change would do now.
 *
 * @param shown undefined if the caller has seen no preview and accepts whatever the change does
 * @throws StalePreviewError if they differ
 */
export function assertStillShown(shown: unknown, now: unknown): void {
  if (shown !== undefined && !isDeepStrictEqual(shown, now)) throw new StalePreviewError();
}

/** A hash that stands for everything that a preview rests on, short enough to be stored with its plan. */
export function basisOf(parts: Iterable<string | number>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part};`);
  return hash.digest('base64url');
}

/**
 * Runs a change in one transaction, of which nothing is kept if it finds that its preview is stale.
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
