import { parentPort, workerData } from 'node:worker_threads';
import { Effects } from '../../base/effects.ts';
import { userErrorIn } from '../../base/errors.ts';
import { createLogger } from '../../base/logger.ts';
import { connect } from '../../db/client.ts';
import { isConnectionError } from '../../db/errors.ts';
import { Turns } from '../../db/lanes/turns.ts';
import type { BulkReply, BulkRequest, BulkThreadData } from './bulk-messages.ts';
import { bulkTasks } from './bulk-tasks.ts';

/** One task runs at a time: writers of assignments are serialized, and each task may hold a whole pool in memory. */
const CONNECTIONS = 1;
const PATIENCE_MS = 120_000;
const turns = new Turns({ places: 1, patienceMs: PATIENCE_MS });

const { databaseUrl, yields, logLevel } = workerData as BulkThreadData;
const log = createLogger(logLevel);
const tasks = bulkTasks(
  connect(databaseUrl, { name: 'proxy-ops thread', max: CONNECTIONS, patienceMs: PATIENCE_MS, yields, log }),
);

async function perform({ id, task, args }: BulkRequest): Promise<BulkReply> {
  const effects = new Effects();
  const told = () => ({ id, mayHaveChanged: effects.mayExist });
  try {
    const run = tasks[task] as (...given: unknown[]) => Promise<unknown>;
    const result = await effects.track(() => turns.run(() => run(...args)));
    return { ...told(), kind: 'done', result };
  } catch (err) {
    const shown = userErrorIn(err);
    if (shown) {
      return { ...told(), kind: 'refused', code: shown.code, message: shown.message, hint: shown.hint };
    }
    log.error({ err, task }, 'a bulk task failed in its thread');
    return { ...told(), kind: 'failed', isDatabaseAway: isConnectionError(err) };
  }
}

parentPort?.on('message', async (request: BulkRequest) => parentPort?.postMessage(await perform(request)));
