import type { PlanState } from '../domain/plan-state.ts';
import { isForAdmins, OPERATOR_CHANGES } from './level.ts';
import { count, formatActor } from './text.ts';

/**
 * Why a preview can no longer be applied; undefined while it is open and after it was applied.
 *
 * @param again the command that makes a new one, such as `/proxy fill`
 */
export function closedLine(
  { state, cancelledBy }: { state: PlanState; cancelledBy: string | null },
  again: string,
): string | undefined {
  if (state === 'cancelled') {
    return `**Cancelled**${cancelledBy === null ? '' : ` by ${formatActor(cancelledBy)}`}. Nothing was changed.`;
  }
  if (state === 'expired') return `**Expired.** A preview is valid for 24 hours. Run \`${again}\` again.`;
  return undefined;
}

/** Says in a preview that the button is for admins only; undefined if operators may press it too. */
export function limitNote(changed: number, what: 'proxies' | 'accounts' | 'links' = 'proxies'): string | undefined {
  if (!isForAdmins(changed)) return undefined;
  return `🔒 Only an admin can apply this: operators can change up to ${count(OPERATOR_CHANGES)} ${what} at once.`;
}
