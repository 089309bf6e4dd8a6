import type { Outcome } from '../../services/shared/stored-plans.ts';
import { HttpProblem } from '../server/problem.ts';

const MAX_TRIES = 5;

/** Applies a preview for a program, which accepts what a new preview shows: while one is stale, the next one is tried. */
export async function applyPreview<P>(shown: P, apply: (preview: P) => Promise<Outcome<P>>): Promise<P> {
  let preview = shown;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const outcome = await apply(preview);
    if (!outcome.isStale) return outcome.preview;
    preview = outcome.preview;
  }
  throw new HttpProblem(409, { code: 'plan_stale', detail: 'The pool is changing too fast; try again.' });
}
