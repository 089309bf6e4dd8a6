import { plural } from '../../kit/text.ts';

/** What was done, and whom it has served in passing (R10). */
export function withServed(done: string, served: number): string {
  return served === 0 ? done : `${done}; ${plural(served, 'waiting account')} got a proxy`;
}
