import { constants, getPriority, setPriority } from 'node:os';
import { ignoring } from './ignoring.ts';

/** By how much the niceness of what may wait exceeds that of the bot's main thread. */
const NICER_BY = 5;

/** The niceness of what may wait, for a caller that runs at the usual one. */
export const lowPriority = (): number => Math.min(getPriority() + NICER_BY, constants.priority.PRIORITY_LOW);

/**
 * Lets the main thread go first where both want the processor: called by a worker thread when it starts. On Linux a priority belongs to
 * a thread. Elsewhere it belongs to the process, and the main thread would get it too.
 */
export function yieldToMainThread(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(lowPriority());
  } catch (error) {
    ignoring('the thread works as well without it')(error);
  }
}
