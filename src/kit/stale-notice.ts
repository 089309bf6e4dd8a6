/** The notice above everything that is shown again because a button was clicked too late. */
export const STALE_NOTICE = 'Something changed after this was shown, so nothing was done. This is the current state.';

/** The notice of an outcome, if its preview was stale. */
export function staleNotice({ isStale }: { isStale: boolean }): string | undefined {
  return isStale ? STALE_NOTICE : undefined;
}
