import type { Change } from './calls.ts';

/**
 * Whether the numbers that an operation answered are those of its effects. What an operation without an answer has done is done as a
 * whole, which the models of accounts and proxies check.
 */
export function isTold({ operation, answer, effects }: Change): boolean {
  if (answer.kind === 'refused') return effects.length === 0;
  if (answer.kind === 'unknown' || !answer.counts) return true;
  const named = 'account' in operation ? operation.account : answer.account;
  const others = effects.filter(({ account }) => account !== named);
  const taken = others.filter(({ took }) => took !== null).length;
  const gone = others.filter(({ left }) => left !== null).length;
  const { served = 0, moved = 0, stranded = 0 } = answer.counts;
  return taken === served + moved && gone === moved + stranded;
}
