import { UserError } from '../../base/errors.ts';
import { count } from '../../domain/counted.ts';

/** @throws UserError if a change exceeds the number of proxies that the caller may change at once */
export function assertMayChange(changed: number, atMost: number): void {
  if (changed <= atMost) return;
  throw new UserError(
    'too_many_for_operator',
    `Operators can change up to ${count(atMost)} proxies at once; this changes ${count(changed)}.`,
    'Ask an admin to apply it, or narrow the filter.',
  );
}
