import { loadWorkerConfig } from '../base/config.ts';
import { loadKeyFile } from '../secrets/key-file.ts';
import { joinDatabase } from '../wiring/own-database.ts';
import { runProgram } from '../wiring/run-program.ts';
import { startWorker } from '../wiring/worker.ts';

/** A separate process that checks proxies and watches alerts and waiting accounts. It does not connect to Discord. */
await runProgram(loadWorkerConfig, async ({ config, log, shutdown }) => {
  const database = await joinDatabase(config, log, shutdown);
  const encryptionKey = config.encryptionKey ?? loadKeyFile(config.dataDir);
  await startWorker({ config, ...database, encryptionKey, yields: true, log, shutdown });
  log.info('the worker is ready');
});
