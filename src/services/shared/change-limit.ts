import { UserError } from '../../base/errors.ts';

/** @throws UserError where somebody would change more proxies at once than they may */
export function assertMayChange(count: number, atMost: number): void {
  if (count <= atMost) return;
  throw new UserError(
    'too_many_for_operator',
    `This changes ${count} proxies; an operator may change ${atMost} at once.`,
    'Ask an admin to press the button, or take fewer at once.',
  );
}
