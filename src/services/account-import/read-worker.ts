import { parseAccountFile } from '../../domain/accounts/file/account-file.ts';
import type { ParsedAccount } from '../../domain/accounts/file/parsed-account.ts';
import { nameKey, usernameKey, vpsKey } from '../../domain/names.ts';
import { rejectionRow, rowWriter } from '../file-worker/copy-text.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { AccountReadJob, AccountReadRequest, AccountReadSummary } from './account-reader.ts';

/** Rejected account lines have one reading. They share the table of rejected proxy lines, which may have two. */
const ONE_READING = 0;

interface StagedAccount extends ParsedAccount {
  planId: number;
}

const stagedRow = rowWriter<'account_import_rows', StagedAccount>('account_import_rows', {
  plan_id: ({ planId }) => planId,
  line: ({ line }) => line,
  username: ({ username }) => username,
  key: ({ username }) => usernameKey(username),
  model: ({ model }) => model,
  model_key: ({ model }) => nameKey(model),
  vps: ({ vps }) => vps,
  vps_key: ({ vps }) => (vps === null ? null : vpsKey(vps)),
  label: ({ label }) => label,
  notes: ({ notes }) => notes,
});

serveFile<AccountReadJob, AccountReadSummary, AccountReadRequest>((bytes, options) => {
  const { rows, rejected, encoding, unknownColumns } = parseAccountFile(bytes, { ...options, maxRows: MAX_ROWS });
  return {
    summary: { encoding, unknownColumns, invalid: rejected.length },
    *lines({ kind, planId }) {
      if (kind === 'rows') {
        for (const row of rows) yield stagedRow({ ...row, planId });
      } else {
        for (const { line, reason, text } of rejected) {
          yield rejectionRow({ planId, line, reading: ONE_READING, reason, text });
        }
      }
    },
  };
});
