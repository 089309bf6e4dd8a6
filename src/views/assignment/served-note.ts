import { plural } from '../../kit/text.ts';

/** The result, with the waiting accounts that got a proxy along the way (R10). */
export function withServed(done: string, served: number): string {
  return served === 0 ? done : `${done}; ${plural(served, 'waiting account')} got a proxy`;
}
