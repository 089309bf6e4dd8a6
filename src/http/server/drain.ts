import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** A client that sends more, or for longer, is cut off. */
const MOST_BYTES = 64 * 1024 * 1024;
const LONGEST_MS = 10_000;

/**
 * Reads the rest of a body that was refused. Most clients read the answer only after they have sent everything, and a connection that
 * is closed before loses it.
 */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  const stopped = new AbortController();
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(LONGEST_MS)]);
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) stopped.abort();
  };
  request.on('data', count);
  request.resume();
  try {
    await Promise.race([once(request, 'end', { signal }), once(request, 'close', { signal })]);
  } catch (error) {
    if (!signal.aborted && !request.destroyed) throw error;
  } finally {
    request.off('data', count);
    stopped.abort();
  }
}
