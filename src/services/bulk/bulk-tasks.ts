import type { Database } from '../../db/client.ts';
import { AccountChangeService } from '../account-changes/account-change-service.ts';
import { AccountImportService } from '../account-import/account-import-service.ts';
import { countMovable, runFailover } from '../alerts/failover.ts';
import { AssignmentService } from '../assignments/assignment-service.ts';
import { FileWorkers } from '../file-worker/file-workers.ts';
import { PoolChangeService } from '../pool-changes/pool-change-service.ts';
import { VpsMapService } from '../vps/vps-map-service.ts';
import type { BulkTasks } from './bulk-runner.ts';

/** Builds the tasks over services that belong to the thread. */
export function bulkTasks({ db, pool }: Pick<Database, 'db' | 'pool'>): BulkTasks {
  const assignments = new AssignmentService({ db });
  const changes = new PoolChangeService({ db, assignments });
  const accountChanges = new AccountChangeService({ db, assignments });
  const accounts = new AccountImportService({ db, pool, workers: new FileWorkers(), assignments });
  const vps = new VpsMapService({ db });
  return {
    planFill: assignments.planFill.bind(assignments),
    applyFill: assignments.applyFill.bind(assignments),
    assignAfterImport: assignments.assignAfterImport.bind(assignments),
    planChange: changes.plan.bind(changes),
    applyChange: changes.apply.bind(changes),
    previewAccounts: accounts.preview.bind(accounts),
    commitAccounts: accounts.commit.bind(accounts),
    runFailover: () => runFailover(db),
    countMovable: () => countMovable(db),
    updateAccounts: accounts.update.bind(accounts),
    planAccountChange: accountChanges.plan.bind(accountChanges),
    applyAccountChange: accountChanges.apply.bind(accountChanges),
    undoChange: changes.undo.bind(changes),
    undoAccounts: accounts.undo.bind(accounts),
    countMap: vps.map.bind(vps),
  };
}
