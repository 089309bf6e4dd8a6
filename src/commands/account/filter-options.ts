import { choice, text } from '../../discord/define/options.ts';
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
