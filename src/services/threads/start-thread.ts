import { Worker, type WorkerOptions } from 'node:worker_threads';

const THREAD = new URL('./thread.ts', import.meta.url);

/**
 * Starts a thread that yields to the main thread from its beginning: loading its modules can take longer than its work, and
 * acknowledgements would wait for the processor meanwhile.
 */
export function startThread(script: URL, options: Omit<WorkerOptions, 'argv'> = {}): Worker {
  return new Worker(THREAD, { ...options, argv: [script.href] });
}
