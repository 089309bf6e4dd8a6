import { parseAccountFile } from '../../domain/accounts/file/account-file.ts';
import type { ParsedAccount } from '../../domain/accounts/file/parsed-account.ts';
import { nameKey, usernameKey, vpsKey } from '../../domain/names.ts';
import { copyPieces, integer, rejectionWriter, rowWriter, text } from '../file-worker/copy-rows.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { AccountReadJob, AccountReadRequest, AccountReadSummary } from './account-reader.ts';

/** Rejected account lines have one reading. They share the table of rejected proxy lines, which may have two. */
const ONE_READING = 0;

const writeRow = rowWriter<'account_import_rows', ParsedAccount>('account_import_rows', {
  line: integer(({ line }) => line),
  username: text(({ username }) => username),
  key: text(({ username }) => usernameKey(username)),
  model: text(({ model }) => model),
  model_key: text(({ model }) => nameKey(model)),
  vps: text(({ vps }) => vps),
  vps_key: text(({ vps }) => (vps === null ? null : vpsKey(vps))),
  label: text(({ label }) => label),
  notes: text(({ notes }) => notes),
});

const writeRejection = rejectionWriter(() => ONE_READING);

serveFile<AccountReadJob, AccountReadSummary, AccountReadRequest>((bytes, options) => {
  const { rows, rejected, encoding, unknownColumns } = parseAccountFile(bytes, { ...options, maxRows: MAX_ROWS });
  return {
    pieces: ({ kind, planId }) =>
      kind === 'rows' ? copyPieces(planId, [rows], writeRow) : copyPieces(planId, [rejected], writeRejection),
    summary: () => ({ encoding, unknownColumns, invalid: rejected.length }),
  };
});
