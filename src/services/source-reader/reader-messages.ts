import type { ListedPage } from '../../domain/sources/listed.ts';
import type { SourceFailure } from '../../domain/sources/source-error.ts';
import type { SourceRequest } from '../../providers/read-source.ts';

/** Data that the thread is started with: the list is read, or only the key is tried. */
export interface ReaderJob {
  task: 'read' | 'test';
  request: SourceRequest;
}

/** How a list ended: completely, or why not. `total`: how many proxies the answer to a test says there are. */
export type ReaderEnd = { total: number | null } | { failure: SourceFailure };

/** An answer of the thread to a request for more. */
export interface ReaderReply {
  pages: ListedPage[];
  /** Null if there may be more. */
  end: ReaderEnd | null;
}
