import type { AccountDefaults } from '../../domain/accounts/account-fields.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';
import type { AccountFile, AccountImportInput } from './account-import-plan.ts';

/** Options of the worker, sent with the file. */
export interface AccountReadJob {
  fileName: string | null;
  defaults: AccountDefaults;
}

/** A request for the next piece of COPY data. */
export interface AccountReadRequest {
  kind: 'rows' | 'rejections';
  planId: number;
}

export type AccountReadSummary = Pick<AccountImportInput, 'encoding' | 'unknownColumns' | 'invalid'>;

const SCRIPT = new URL('./read-worker.ts', import.meta.url);

/** Parses a file of accounts in a worker thread. @throws UserError if the file cannot be read */
export function openAccountFile(workers: FileWorkers, { name, bytes, defaults }: AccountFile) {
  const job: AccountReadJob = { fileName: name, defaults };
  return workers.open<AccountReadSummary, AccountReadRequest>(SCRIPT, bytes, job);
}
