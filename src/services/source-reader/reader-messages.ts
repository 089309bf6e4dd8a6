import type { ListedPage } from '../../domain/sources/listed.ts';
import type { SourceFailure } from '../../domain/sources/source-error.ts';
import type { SourceRequest } from '../../providers/read-source.ts';

/** Data that the thread is started with: the list is read, or only the key is tried. */
export interface ReaderJob {
  task: 'read' | 'test';
  request: SourceRequest;
}

/** An answer of the thread to a request for the next page. `end`: the list is complete, or the key works. */
export type ReaderReply =
  | { kind: 'page'; page: ListedPage }
  | { kind: 'end'; total: number | null }
  | { kind: 'failed'; failure: SourceFailure };
