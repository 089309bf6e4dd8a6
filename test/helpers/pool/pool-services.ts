import { createLogger } from '../../../src/base/logger.ts';
import { connect } from '../../../src/db/client.ts';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AccountImportService } from '../../../src/services/account-import/account-import-service.ts';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';

/** The same in all processes that write to a pool. */
export const WRITER_KEY = Buffer.alloc(32, 7);

export type PoolServices = Awaited<ReturnType<typeof openPoolServices>>;

/**
 * Everything that changes proxies, accounts and assignments, as one process has it.
 *
 * @param options.name of its connections
 */
export async function openPoolServices(url: string, options: { name?: string; max?: number } = {}) {
  const { db, pool, close } = connect(url, { ...options, log: createLogger('silent') });
  const keyring = await openKeyring(db, WRITER_KEY);
  const workers = new FileWorkers();
  const reader = new ImportReader({ workers, fingerprintKey: keyring.fingerprintKey, isPrivateAllowed: true });
  const assignments = new AssignmentService({ db });
  return {
    db,
    pool,
    close,
    keyring,
    assignments,
    accounts: new AccountService({ db, assignments }),
    accountImports: new AccountImportService({ db, pool, workers, assignments }),
    imports: new ProxyImportService({ db, pool, keyring, reader, assignments }),
    changes: new PoolChangeService({ db, assignments }),
  };
}
