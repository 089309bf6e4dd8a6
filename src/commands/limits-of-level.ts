import type { Level } from '../discord/level.ts';
import { UserError } from '../errors.ts';

/** More than this many existing proxies at once are changed by an admin alone. */
const OPERATOR_CHANGES = 500;

/** @throws UserError where an operator would change too many proxies at once */
export function assertMayChange(level: Level, count: number): void {
  if (count <= OPERATOR_CHANGES || level === 'admin') return;
  throw new UserError(
    'too_many_for_operator',
    `This changes ${count} proxies; an operator may change ${OPERATOR_CHANGES} at once.`,
    'Ask an admin to press the button, or import a smaller file.',
  );
}
