import { parentPort, workerData } from 'node:worker_threads';
import type { ListedPage } from '../../domain/sources/listed.ts';
import { SourceError } from '../../domain/sources/source-error.ts';
import { readSource, testSource } from '../../providers/read-source.ts';
import type { ReaderEnd, ReaderJob, ReaderReply } from './reader-messages.ts';

/** A message costs as much as reading many proxies, so short pages go together. */
const PROXIES_PER_MESSAGE = 1000;

const { task, request } = workerData as ReaderJob;
const list = task === 'read' ? readSource(request) : null;

parentPort?.on('message', async () => {
  parentPort?.postMessage(await nextReply());
});

/** The next pages, and how the list has ended if it has. */
async function nextReply(): Promise<ReaderReply> {
  const pages: ListedPage[] = [];
  try {
    if (!list) return { pages, end: { total: await testSource(request) } };
    for (let proxies = 0; proxies < PROXIES_PER_MESSAGE; proxies += pages.at(-1)?.proxies.length ?? 0) {
      const { done, value } = await list.next();
      if (done) return { pages, end: { total: null } };
      pages.push(value);
    }
    return { pages, end: null };
  } catch (error) {
    return { pages, end: failedWith(error) };
  }
}

function failedWith(error: unknown): ReaderEnd {
  if (!(error instanceof SourceError)) throw error;
  const { code, message, retryAfterSeconds } = error;
  return { failure: { code, message, retryAfterSeconds } };
}
