import type { ErrorCode } from '../../base/error-codes.ts';
import type { Database } from '../../db/client.ts';
import { AccountImportService } from '../account-import/account-import-service.ts';
import { AssignmentService } from '../assignments/assignment-service.ts';
import { FileWorkers } from '../file-worker/file-workers.ts';
import { PoolChangeService } from '../pool-changes/pool-change-service.ts';

/** What a thread of its own can do for what is too large to be planned beside answering people. */
export function bulkTasks({ db, pool }: Pick<Database, 'db' | 'pool'>) {
  const assignments = new AssignmentService({ db });
  const changes = new PoolChangeService({ db, assignments });
  const accounts = new AccountImportService({ db, pool, workers: new FileWorkers(), assignments });
  return {
    planFill: assignments.planFill.bind(assignments),
    applyFill: assignments.applyFill.bind(assignments),
    planChange: changes.plan.bind(changes),
    applyChange: changes.apply.bind(changes),
    previewAccounts: accounts.preview.bind(accounts),
    commitAccounts: accounts.commit.bind(accounts),
    updateAccounts: accounts.update.bind(accounts),
  };
}

export type BulkTasks = ReturnType<typeof bulkTasks>;
export type BulkTask = keyof BulkTasks;

/** What the thread is told. */
export interface BulkRequest {
  id: number;
  task: BulkTask;
  args: unknown[];
}

/** What it says. Of a fault that is not the user's it has written the log itself. */
export type BulkReply =
  | { id: number; kind: 'done'; result: unknown }
  | { id: number; kind: 'refused'; code: ErrorCode; message: string; hint: string | undefined }
  | { id: number; kind: 'failed' };
