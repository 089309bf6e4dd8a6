import { parseAccountFile } from '../../domain/accounts/file/account-file.ts';
import type { ParsedAccount } from '../../domain/accounts/file/parsed-account.ts';
import { nameKey, usernameKey, vpsKey } from '../../domain/names.ts';
import { copyRow } from '../file-worker/copy-text.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { AccountReadJob, AccountReadRequest, AccountReadSummary } from './account-reader.ts';

/** Rejected account lines have one reading. They share the table of rejected proxy lines, which may have two. */
const ONE_READING = 0;

function stagedRow(planId: number, { line, username, model, vps, label, notes }: ParsedAccount): string {
  const vpsName = vps === null ? null : vpsKey(vps);
  return copyRow('account_import_rows', {
    plan_id: planId,
    ...{ line, username, model, vps, label, notes },
    key: usernameKey(username),
    model_key: nameKey(model),
    vps_key: vpsName,
  });
}

serveFile<AccountReadJob, AccountReadSummary, AccountReadRequest>((bytes, options) => {
  const { rows, rejected, encoding, unknownColumns } = parseAccountFile(bytes, { ...options, maxRows: MAX_ROWS });
  return {
    summary: { encoding, unknownColumns, invalid: rejected.length },
    *lines({ kind, planId }) {
      if (kind === 'rows') {
        for (const row of rows) yield stagedRow(planId, row);
      } else {
        for (const { line, reason, text } of rejected) {
          yield copyRow('import_rejections', { plan_id: planId, line, reading: ONE_READING, reason, text });
        }
      }
    },
  };
});
