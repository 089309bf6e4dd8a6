import type { PlanState } from '../domain/plan-state.ts';
import { isForAdmins, OPERATOR_CHANGES } from './level.ts';
import { count, formatActor } from './text.ts';

/** `**Cancelled** by @Otto. Nothing was changed.` */
export function cancelledLine(by: string | null, result = 'Nothing was changed.'): string {
  return `**Cancelled**${by === null ? '' : ` by ${formatActor(by)}`}. ${result}`;
}

/**
 * Why a preview can no longer be applied; undefined while it is open and after it was applied.
 *
 * @param again the command that makes a new one, such as `/proxy fill`
 * @param isPartly whether a step of it was applied before
 */
export function closedLine(
  { state, cancelledBy }: { state: PlanState; cancelledBy: string | null },
  again: string,
  isPartly = false,
): string | undefined {
  if (state === 'cancelled') return cancelledLine(cancelledBy, isPartly ? 'What was done before stays.' : undefined);
  if (state === 'expired') return `**Expired.** A preview is valid for 24 hours. Run \`${again}\` again.`;
  return undefined;
}

/** Says in a preview that the button is for admins only; undefined if operators may press it too. */
export function limitNote(changed: number, what: 'proxies' | 'accounts' | 'links' = 'proxies'): string | undefined {
  if (!isForAdmins(changed)) return undefined;
  return `🔒 Only an admin can apply this: operators can change up to ${count(OPERATOR_CHANGES)} ${what} at once.`;
}
