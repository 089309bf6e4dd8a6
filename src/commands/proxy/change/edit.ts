import { UserError } from '../../../base/errors.ts';
import { text } from '../../../discord/define/options.ts';
import { defineCommand } from '../../define.ts';
import { hasAnyValue } from '../../has-any-value.ts';
import { filterOptions } from '../filter-options.ts';
import { planChange, targetOf } from './change.ts';
import { openTexts } from './edit-modals.ts';
import { editOne, understand } from './edit-one.ts';

export const editCommand = defineCommand({
  name: 'proxy edit',
  description: 'Edit one proxy, or all that a filter matches',
  options: {
    proxy: text('Proxy to edit; without other options, a modal opens', { autocomplete: 'proxy', maxLength: 300 }),
    ...filterOptions,
    set_label: text('New label; - to clear', {}),
    set_notes: text('New notes; - to clear', { maxLength: 1000 }),
    set_provider: text('New provider; - to clear', { autocomplete: 'provider' }),
    set_country: text('New country, such as DE; - to clear', { autocomplete: 'country' }),
    set_tags: text('Tags: a, b replaces all, +a -b adds and removes; - to clear', { maxLength: 500 }),
    set_expiry: text('New expiry, such as 2026-12-31; - to clear', {}),
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
      throw new UserError('nothing_to_set', 'No changes given.', 'Set at least one option, such as set_label.');
    }
    const found = await targetOf(context, target);
    const edit = understand(written);
    if ('ids' in found && found.ids[0] !== undefined) return editOne(context, found.ids[0], edit);
    return planChange(context, { kind: 'edit', target: found, edit });
  },
});
