import type { Db } from '../../db/client.ts';
import { AssignmentService } from '../assignment-service.ts';
import { PoolChangeService } from '../pool-changes/pool-change-service.ts';

/** What a thread of its own can do for a pool that is too large to be planned beside answering people. */
export function bulkTasks(db: Db) {
  const assignments = new AssignmentService({ db });
  const changes = new PoolChangeService({ db, assignments });
  return {
    planFill: assignments.planFill.bind(assignments),
    applyFill: assignments.applyFill.bind(assignments),
    planChange: changes.plan.bind(changes),
    applyChange: changes.apply.bind(changes),
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
  | { id: number; kind: 'refused'; code: string; message: string; hint: string | undefined }
  | { id: number; kind: 'failed' };
