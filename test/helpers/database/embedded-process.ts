// Opens the embedded PostgreSQL of a folder in a process of its own, for tests that kill one. It says the address, and then does
// the commands on stdin: `stop` in order, or `exit` at once.
import { createInterface } from 'node:readline';
import { createLogger } from '../../../src/base/logger.ts';
import { openEmbedded } from '../../../src/db/embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const server = await openEmbedded({ dataDir, log: createLogger('silent') });
process.stdout.write(`${server.url}\n`);

createInterface({ input: process.stdin }).once('line', async (order) => {
  if (order === 'stop') await server.stop();
  process.exit();
});
