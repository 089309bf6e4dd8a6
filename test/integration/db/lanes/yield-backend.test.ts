import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { getPriority } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../../src/base/logger.ts';
import { lowPriority } from '../../../../src/base/low-priority.ts';
import { connect } from '../../../../src/db/client.ts';
import { BACKEND_NICER_BY, yieldBackend } from '../../../../src/db/lanes/yield-backend.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

const log = createLogger('silent');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The niceness of the session of a process; undefined if this system does not divide the processor by sessions. */
function sessionNiceness(pid: number): number | undefined {
  const path = `/proc/${pid}/autogroup`;
  const [, niceness] = (existsSync(path) && / nice (-?\d+)/.exec(readFileSync(path, 'utf8'))) || [];
  return niceness === undefined ? undefined : Number(niceness);
}

const bySession = test.runIf(sessionNiceness(process.pid) !== undefined);

bySession('the server’s processes of a lane yield to the bot as sessions too', async () => {
  const own = connect(database.url, { max: 3, yields: true, log });
  const clients = await Promise.all([own.pool.connect(), own.pool.connect(), own.pool.connect()]);
  for (const client of clients) {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await expect.poll(() => sessionNiceness(rows[0]?.pid ?? 0)).toBe(lowPriority(process.pid, BACKEND_NICER_BY));
    client.release();
  }
  await own.close();
});

async function loopback(): Promise<{ stream: Socket; close(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const stream = dial(address !== null && typeof address === 'object' ? address.port : 0, '127.0.0.1');
  await once(stream, 'connect');
  return {
    stream,
    close() {
      stream.destroy();
      server.close();
    },
  };
}

bySession('a process that does not serve the connection is left alone, whatever its number', async () => {
  const { stream, close } = await loopback();
  const other = spawn('sleep', ['60'], { detached: true });
  const processID = other.pid ?? 0;
  await yieldBackend({ processID, connection: { stream } });
  expect([getPriority(processID), sessionNiceness(processID)]).toEqual([getPriority(), 0]);
  other.kill();
  close();
});
