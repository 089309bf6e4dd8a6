import { Worker, type WorkerOptions } from 'node:worker_threads';

const THREAD = new URL('./thread.ts', import.meta.url);

/**
 * Starts a thread that yields to the main thread from its beginning: while it loads its modules, which can take
 * longer than its work, acknowledgements would wait for the processor.
 */
export function startThread(script: URL, options: Omit<WorkerOptions, 'argv'> = {}): Worker {
  return new Worker(THREAD, { ...options, argv: [script.href] });
}
