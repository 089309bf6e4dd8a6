import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../base/errors.ts';
import { createLogger } from '../../base/logger.ts';
import { connect } from '../../db/client.ts';
import type { BulkReply, BulkRequest, BulkThreadData } from './bulk-messages.ts';
import { bulkTasks } from './bulk-tasks.ts';

/** One writer at a time gives and takes proxies, so that more connections would only wait for each other. */
const CONNECTIONS = 2;

const { databaseUrl, logLevel } = workerData as BulkThreadData;
const log = createLogger(logLevel);
const tasks = bulkTasks(connect(databaseUrl, { max: CONNECTIONS, log }));

async function perform({ id, task, args }: BulkRequest): Promise<BulkReply> {
  try {
    const run = tasks[task] as (...given: unknown[]) => Promise<unknown>;
    return { id, kind: 'done', result: await run(...args) };
  } catch (err) {
    if (err instanceof UserError) return { id, kind: 'refused', code: err.code, message: err.message, hint: err.hint };
    log.error({ err, task }, 'a bulk task failed in its thread');
    return { id, kind: 'failed' };
  }
}

parentPort?.on('message', async (request: BulkRequest) => parentPort?.postMessage(await perform(request)));
