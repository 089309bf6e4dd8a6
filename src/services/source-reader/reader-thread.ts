import { parentPort, workerData } from 'node:worker_threads';
import { yieldToMainThread } from '../../base/low-priority.ts';
import { SourceError } from '../../domain/sources/source-error.ts';
import { readSource, testSource } from '../../providers/read-source.ts';
import type { ReaderJob, ReaderReply } from './reader-messages.ts';

yieldToMainThread();
const { task, request } = workerData as ReaderJob;
const pages = task === 'read' ? readSource(request) : null;

parentPort?.on('message', async () => {
  parentPort?.postMessage(await nextReply());
});

async function nextReply(): Promise<ReaderReply> {
  try {
    if (!pages) return { kind: 'end', total: await testSource(request) };
    const { done, value } = await pages.next();
    return done ? { kind: 'end', total: null } : { kind: 'page', page: value };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { code, message, retryAfterSeconds } = error;
    return { kind: 'failed', failure: { code, message, retryAfterSeconds } };
  }
}
