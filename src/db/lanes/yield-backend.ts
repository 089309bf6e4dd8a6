import { readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ignoring } from '../../base/ignoring.ts';
import { lowPriority } from '../../base/low-priority.ts';

/** A connection as the driver knows it; the published types omit this. */
interface Connected {
  processID: number;
  connection: { stream: Socket };
}

/**
 * While both want a processor, Linux gives a session of this niceness about a fifteenth of it. With 5 it was a quarter, and suggestions
 * of autocomplete waited several times as long.
 */
export const BACKEND_NICER_BY = 12;

/** Linux lets a process without rights of its own change one session in this time. */
const PAUSE_MS = 100;
const ATTEMPTS = 10;

/**
 * Lowers the priority of the server's process of a connection, if it runs on this machine and belongs to a user that the bot may act
 * for. Its niceness alone has no effect where Linux divides the processor by sessions first: each process of PostgreSQL is a session of
 * its own, and would get as much of the processor as the bot with all its threads.
 */
export async function yieldBackend(client: object): Promise<void> {
  if (process.platform !== 'linux' || !isConnected(client)) return;
  try {
    if (!(await isServerOf(client))) return;
    await writePatiently(`/proc/${client.processID}/autogroup`, String(lowPriority(process.pid, BACKEND_NICER_BY)));
  } catch (error) {
    ignoring('the server runs as well without it')(error);
  }
}

const isConnected = (client: object): client is Connected => 'processID' in client && 'connection' in client;

/** Whether the process with that number on this machine has the connection: PostgreSQL shows the client's address in its title. */
async function isServerOf({ processID, connection: { stream } }: Connected): Promise<boolean> {
  const title = await readFile(`/proc/${processID}/cmdline`, 'utf8');
  return title.startsWith('postgres: ') && title.includes(` ${stream.localAddress}(${stream.localPort}) `);
}

async function writePatiently(path: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeFile(path, text);
    } catch (error) {
      const isTooSoon = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isTooSoon || attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS * (1 + Math.random()), undefined, { ref: false });
    }
  }
}
