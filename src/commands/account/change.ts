import { UserError } from '../../base/errors.ts';
import type { AccountChange } from '../../domain/accounts/account-change.ts';
import type { AccountFilter } from '../../domain/accounts/account-filter.ts';
import { staleNotice } from '../../kit/stale-notice.ts';
import type { View } from '../../kit/view.ts';
import {
  accountChangeApplyId,
  accountChangeCancelId,
  accountChangeModelId,
  accountChangePreview,
} from '../../views/account/change-preview.ts';
import { type Context, defineComponent } from '../define.ts';
import { hasAnyValue } from '../has-any-value.ts';

interface TargetOptions {
  account?: string | undefined;
  filter_model?: string | undefined;
  filter_vps?: string | undefined;
  state?: AccountFilter['state'];
  search?: string | undefined;
}

/** The named account or the filter. @throws UserError if both or neither are given */
export async function accountsOf(
  { services }: Context,
  { account, filter_model: model, filter_vps: vps, state, search }: TargetOptions,
): Promise<{ id: number } | { filter: AccountFilter }> {
  const filter = { model, vps, state, search };
  const isFiltered = hasAnyValue(filter);
  if (account === undefined && isFiltered) return { filter };
  if (account !== undefined && !isFiltered) return { id: await services.accounts.resolve(account) };
  throw account === undefined
    ? new UserError('no_filter', 'Choose an account or at least one filter.', 'For example, add filter_model.')
    : new UserError('two_targets', 'Use either an account or a filter.', 'Remove one of them.');
}

/** Plans a change of many accounts and shows its preview. */
export async function planAccounts({ actor, services }: Context, change: AccountChange): Promise<View> {
  return accountChangePreview(await services.accountChanges.plan(actor, change));
}

export const accountChangeButtons = [
  defineComponent({
    id: accountChangeApplyId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { plan }) {
      const outcome = await services.accountChanges.apply(actor, plan);
      return accountChangePreview(outcome.preview, staleNotice(outcome));
    },
  }),
  defineComponent({
    id: accountChangeModelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { plan }) => accountChangePreview(await services.accountChanges.takeModel(plan)),
  }),
  defineComponent({
    id: accountChangeCancelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { plan }) =>
      accountChangePreview(await services.accountChanges.cancel(actor, plan)),
  }),
];
