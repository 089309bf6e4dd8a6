import { parentPort, workerData } from 'node:worker_threads';
import { Effects } from '../../base/effects.ts';
import { UserError } from '../../base/errors.ts';
import { createLogger } from '../../base/logger.ts';
import { connect } from '../../db/client.ts';
import type { BulkReply, BulkRequest, BulkThreadData } from './bulk-messages.ts';
import { bulkTasks } from './bulk-tasks.ts';

/** Assignment writers are serialized, so more connections would only wait for each other. */
const CONNECTIONS = 2;

const { databaseUrl, logLevel } = workerData as BulkThreadData;
const log = createLogger(logLevel);
const tasks = bulkTasks(connect(databaseUrl, { max: CONNECTIONS, log }));

async function perform({ id, task, args }: BulkRequest): Promise<BulkReply> {
  const effects = new Effects();
  const told = () => ({ id, mayHaveChanged: effects.mayExist });
  try {
    const run = tasks[task] as (...given: unknown[]) => Promise<unknown>;
    const result = await effects.track(() => run(...args));
    return { ...told(), kind: 'done', result };
  } catch (err) {
    if (err instanceof UserError) {
      return { ...told(), kind: 'refused', code: err.code, message: err.message, hint: err.hint };
    }
    log.error({ err, task }, 'a bulk task failed in its thread');
    return { ...told(), kind: 'failed' };
  }
}

parentPort?.on('message', async (request: BulkRequest) => parentPort?.postMessage(await perform(request)));
