import { AccountImportService } from '../../../src/services/account-import/account-import-service.ts';
import { AccountEditService } from '../../../src/services/accounts/account-edit-service.ts';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import type { TestDatabase } from '../database/database.ts';

/** Everything that changes accounts and their proxies, as one process has it. */
export function accountServices({ db, pool }: Pick<TestDatabase, 'db' | 'pool'>) {
  const assignments = new AssignmentService({ db });
  return {
    assignments,
    accounts: new AccountService({ db, assignments }),
    edits: new AccountEditService({ db, assignments }),
    imports: new AccountImportService({ db, pool, workers: new FileWorkers(), assignments }),
  };
}
