import type { ErrorCode } from '../../base/error-codes.ts';
import type { BulkTask } from './bulk-runner.ts';

/** The data that the thread starts with. */
export interface BulkThreadData {
  databaseUrl: string;
  logLevel: string;
}

/** A message to the thread. */
export interface BulkRequest {
  id: number;
  task: BulkTask;
  args: unknown[];
}

/** A message of the thread. Of a fault that is not the user's it has written the log itself. */
export type BulkReply = {
  id: number;
  /** False: it is certain that nothing was changed. */
  mayHaveChanged: boolean;
} & (
  | { kind: 'done'; result: unknown }
  | { kind: 'refused'; code: ErrorCode; message: string; hint: string | undefined }
  | { kind: 'failed' }
);
