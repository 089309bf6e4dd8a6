import { choice, text } from '../../discord/define/options.ts';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import { ACCOUNT_STATES } from '../../domain/accounts/account-filter.ts';
import { VALUES_CHARS } from '../../domain/filters/values.ts';

/** Filters of commands that apply to many accounts. */
export const accountFilterOptions = {
  model: text('Filter by model: a, b', { autocomplete: 'filter_model', maxLength: VALUES_CHARS }),
  vps: text('Filter by VPS: a, b or (none)', {
    autocomplete: 'filter_vps',
    maxLength: VALUES_CHARS,
  }),
  state: choice('Only accounts in this state', ACCOUNT_STATES, {}),
  search: text('Number, or part of a username or label', { maxLength: VALUES_CHARS }),
};

const { model, vps, ...others } = accountFilterOptions;

/** One account, or all that a filter matches: for commands whose options `model` and `vps` are new values or would be unclear. */
export const accountTargetOptions = {
  account: text('A single account', { autocomplete: 'account', maxLength: ACCOUNT_LIMITS.username }),
  filter_model: model,
  filter_vps: vps,
  ...others,
};
