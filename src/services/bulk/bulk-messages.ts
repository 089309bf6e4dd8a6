import type { ErrorCode } from '../../base/error-codes.ts';
import type { BulkTask } from './bulk-runner.ts';

/** Data that the thread starts with. */
export interface BulkThreadData {
  databaseUrl: string;
  /** As for the lanes. */
  yields: boolean;
  logLevel: string;
}

/** A message to the thread. */
export interface BulkRequest {
  id: number;
  task: BulkTask;
  args: unknown[];
}

/** A message from the thread. The thread has already logged errors that are not the user's. */
export type BulkReply = {
  id: number;
  /** False if it is certain that nothing was changed. */
  mayHaveChanged: boolean;
} & (
  | { kind: 'done'; result: unknown }
  | { kind: 'refused'; code: ErrorCode; message: string; hint: string | undefined }
  | { kind: 'failed'; isDatabaseAway: boolean }
);
