import { UserError } from '../../base/errors.ts';
import type { Actor } from '../../domain/actor.ts';
import { count } from '../../domain/counted.ts';

/**
 * The only place that decides whether a change is too large for its actor. A service calls it within the transaction, with the number
 * of rows that the change affects there.
 *
 * @throws UserError if the change exceeds the limit of the actor's role
 */
export function assertMayChange(
  { changesAtMost: atMost }: Actor,
  changed: number,
  what: 'proxies' | 'accounts' | 'links' = 'proxies',
): void {
  if (atMost === undefined || changed <= atMost) return;
  throw new UserError(
    'too_many_for_operator',
    `Operators can change up to ${count(atMost)} ${what} at once; this changes ${count(changed)}.`,
    'Ask an admin to apply it, or narrow it down.',
  );
}
