import type { WebSocket } from 'ws';

/** RFC 6455, 7.4.1: the server met a condition that it did not expect. */
const INTERNAL_ERROR = 1011;

/**
 * Hands over the messages of a WebSocket. Nothing that arrives can end the process: a frame that breaks the protocol ends the
 * connection, and so does an error of the receiver, which is reported.
 */
export function receiveFrom(
  socket: WebSocket,
  { receive, onError }: { receive: (text: string) => void; onError: (error: unknown) => void },
): void {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    try {
      receive(String(data));
    } catch (error) {
      onError(error);
      socket.close(INTERNAL_ERROR, 'Internal error.');
    }
  });
}
