import { constants, getPriority, setPriority } from 'node:os';
import { ignoring } from './ignoring.ts';

/** By how much the niceness of what may wait exceeds that of the bot's main thread. */
const NICER_BY = 5;

/**
 * The niceness of what may wait.
 *
 * @param than number of the process or thread that goes first; 0: the calling thread
 */
export const lowPriority = (than = 0, by = NICER_BY): number =>
  Math.min(getPriority(than) + by, constants.priority.PRIORITY_LOW);

/**
 * Lets the main thread go first where both want the processor: called in a worker thread. On Linux a priority belongs to
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
