import { userErrorIn } from '../../src/base/errors.ts';

/** How an operation ended, as its caller sees it. A refusal says that nothing was changed. */
export type Outcome =
  | { kind: 'done'; text: string; isApplied: boolean }
  | { kind: 'refused'; text: string }
  | { kind: 'unknown'; text: string; error: unknown };

/** What an operation says: some words for the trace, and whether it did what it was to do. A stale plan does nothing. */
export interface Done {
  text: string;
  isApplied: boolean;
}

export const applied = (text: string): Done => ({ text, isApplied: true });
export const notApplied = (text: string): Done => ({ text, isApplied: false });

export async function outcomeOf(work: () => Promise<Done>): Promise<Outcome> {
  try {
    return { kind: 'done', ...(await work()) };
  } catch (error) {
    const shown = userErrorIn(error);
    if (shown) return { kind: 'refused', text: shown.code };
    return { kind: 'unknown', text: error instanceof Error ? error.name : typeof error, error };
  }
}
