import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { ignoring } from './ignoring.ts';

/** By how much the niceness of what may wait exceeds that of the bot's main thread. */
const NICER_BY = 5;
/** While both want a processor, a thread of this niceness gets about a tenth of it. */
const THREAD_NICER_BY = 10;
/** The name of the threads that collect garbage and compile for all others. */
const HELPER_OF_V8 = 'V8Worker';

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
    setPriority(lowPriority(0, THREAD_NICER_BY));
  } catch (error) {
    ignoring('the thread works as well without it')(error);
  }
}

/**
 * Lets the calling thread, the main one, go before the threads of V8, which work for the other threads most of the time. They go before
 * those threads, since the main thread sometimes waits for them.
 */
export function goBeforeHelpers(): void {
  if (process.platform !== 'linux') return;
  try {
    const niceness = lowPriority();
    for (const thread of readdirSync('/proc/self/task')) {
      if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === HELPER_OF_V8)
        setPriority(Number(thread), niceness);
    }
  } catch (error) {
    ignoring('the main thread works as well without it')(error);
  }
}
