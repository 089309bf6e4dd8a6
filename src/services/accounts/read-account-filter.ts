import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findModelId } from '../../db/queries/accounts/models.ts';
import { findVpsId } from '../../db/queries/vps/vps.ts';
import { type AccountFilter, accountFilter } from '../../domain/accounts/account-filter.ts';
import { NONE, splitValues } from '../../domain/filters/values.ts';

/**
 * Reads a filter of accounts as a person wrote it.
 *
 * @throws UserError for a model or VPS that does not exist
 */
export async function readAccountFilter(db: Db | Tx, written: AccountFilter): Promise<AccountFilter> {
  const { data: filter, error } = accountFilter.safeParse(written);
  if (!filter) throw new UserError('bad_field', error.issues[0]?.message ?? 'Unknown filter.', 'Nothing was changed.');
  for (const model of splitValues(filter.model ?? '')) {
    if ((await findModelId(db, model)) === undefined) throw notFound('model', model);
  }
  for (const vps of splitValues(filter.vps ?? '').filter((name) => name !== NONE)) {
    if ((await findVpsId(db, vps)) === undefined) throw notFound('vps', vps);
  }
  return filter;
}
