import type { PlanState } from '../domain/plan-state.ts';

/**
 * Why a preview can no longer be applied; undefined while it is open and after it was applied.
 *
 * @param again the command that makes a new one, such as `/proxy fill`
 */
export function closedLine(state: PlanState, again: string): string | undefined {
  if (state === 'cancelled') return '**Cancelled.** Nothing was changed.';
  if (state === 'expired') return `**Expired.** A preview is valid for 24 hours. Run \`${again}\` again.`;
  return undefined;
}
