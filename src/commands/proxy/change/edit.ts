import { UserError } from '../../../base/errors.ts';
import { newValue, type Option, text } from '../../../discord/define/options.ts';
import { detail, EDITABLE_KEYS, hintOf, type SetOption, setOptionOf } from '../../../domain/proxies/fields.ts';
import { FILTER_NAMES, type ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { WrittenEdit } from '../../../domain/proxies/proxy-edit.ts';
import type { AutocompleteName } from '../../autocomplete.ts';
import { defineCommand } from '../../define.ts';
import { hasAnyValue } from '../../has-any-value.ts';
import { filterOptions } from '../filter-options.ts';
import { planChange, targetOf } from './change.ts';
import { openEditModal } from './edit-modals.ts';
import { editOne, understand } from './edit-one.ts';

type SetOptions = Record<SetOption, Option<string | undefined, AutocompleteName>>;

/** Options that set fields, one for each that people can set in bulk. */
const setOptions = Object.fromEntries(
  EDITABLE_KEYS.map((key) => {
    const field = detail(key);
    const { kind, filter: autocomplete } = field;
    const completed = kind.name === 'text' && autocomplete ? { autocomplete } : {};
    return [setOptionOf(key), newValue(hintOf(field), { maxLength: kind.maxChars, ...completed })];
  }),
) as SetOptions;

/** Splits what is to be set from which proxies are meant. */
function readOptions(options: Record<SetOption, string | undefined> & ProxyFilter & { proxy?: string | undefined }) {
  const written: WrittenEdit = Object.fromEntries(EDITABLE_KEYS.map((key) => [key, options[setOptionOf(key)]]));
  const filter: ProxyFilter = Object.fromEntries(FILTER_NAMES.map((name) => [name, options[name]]));
  return { written, target: { proxy: options.proxy, ...filter } };
}

export const editCommand = defineCommand({
  name: 'proxy edit',
  description: 'Edit one proxy, or all that a filter matches',
  options: {
    proxy: text('Proxy to edit; without other options, a modal opens', { autocomplete: 'proxy', maxLength: 300 }),
    ...filterOptions,
    ...setOptions,
  },
  requires: 'operator',
  ack: 'public',
  modal({ proxy, ...others }) {
    if (proxy === undefined || hasAnyValue(others)) return undefined;
    return async (context) => openEditModal(context, await context.services.proxies.resolve(proxy), 0);
  },
  async run(context, options) {
    const { written, target } = readOptions(options);
    if (!hasAnyValue(written)) {
      throw new UserError('nothing_to_set', 'No changes given.', 'Set at least one option, such as set_label.');
    }
    const found = await targetOf(context, target);
    const edit = understand(written);
    if ('ids' in found && found.ids[0] !== undefined) return editOne(context, found.ids[0], edit);
    return planChange(context, { kind: 'edit', target: found, edit });
  },
});
