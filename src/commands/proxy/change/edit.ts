import { UserError } from '../../../base/errors.ts';
import { hasAnyValue } from '../../../base/values.ts';
import { text } from '../../../discord/define/options.ts';
import { defineCommand } from '../../define.ts';
import { filterOptions } from '../filter-options.ts';
import { planChange, targetOf } from './change.ts';
import { openTexts } from './edit-modals.ts';
import { editOne, understand } from './edit-one.ts';

export const editCommand = defineCommand({
  name: 'proxy edit',
  description: 'Edit one, or all that a filter finds',
  options: {
    proxy: text('One; alone it opens a form', { autocomplete: 'proxy', maxLength: 300 }),
    ...filterOptions,
    set_label: text('New label; - clears', {}),
    set_notes: text('New notes; - clears', { maxLength: 1000 }),
    set_provider: text('New provider; - clears', { autocomplete: 'provider' }),
    set_country: text('New country; - clears', { autocomplete: 'country' }),
    set_tags: text('a, b or +a -b; - clears', { maxLength: 500 }),
    set_expiry: text('As 2026-12-31; - clears', {}),
  },
  requires: 'operator',
  ack: 'public',
  modal({ proxy, ...others }) {
    if (proxy === undefined || hasAnyValue(others)) return undefined;
    return async (context) => openTexts(context, await context.services.proxies.resolve(proxy));
  },
  async run(context, options) {
    const { set_label, set_notes, set_provider, set_country, set_tags, set_expiry, ...target } = options;
    const written = {
      label: set_label,
      notes: set_notes,
      provider: set_provider,
      country: set_country,
      tags: set_tags,
      expiresAt: set_expiry,
    };
    if (!hasAnyValue(written)) {
      throw new UserError('nothing_to_set', 'Nothing is to be set.', 'Add set_label, set_tags or another set_ option.');
    }
    const found = await targetOf(context, target);
    const edit = understand(written);
    if ('ids' in found && found.ids[0] !== undefined) return editOne(context, found.ids[0], edit);
    return planChange(context, { kind: 'edit', target: found, edit });
  },
});
