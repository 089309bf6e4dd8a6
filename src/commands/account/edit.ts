import { UserError } from '../../base/errors.ts';
import { textField } from '../../discord/define/modal.ts';
import { newValue, text } from '../../discord/define/options.ts';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { accountCard, accountEditId } from '../../views/account/card.ts';
import { accountChangePreview } from '../../views/account/change-preview.ts';
import { modelMovePreview } from '../../views/account/model-move.ts';
import { type Context, defineCommand, defineComponent, defineModal } from '../define.ts';
import { hasAnyValue } from '../has-any-value.ts';
import { accountsOf } from './change.ts';
import { accountTargetOptions } from './filter-options.ts';

interface Wanted {
  model?: string | undefined;
  vps?: string | undefined;
  label?: string | undefined;
  notes?: string | undefined;
}

/** A change of model is previewed, since it moves the proxy; everything else is changed at once. */
async function edit({ actor, services }: Context, id: number, { model, ...others }: Wanted): Promise<View> {
  const isChanged = hasAnyValue(others) && (await services.accountEdits.edit(actor, id, others));
  const move = model === undefined ? undefined : await services.accountEdits.planModel(actor, id, model);
  if (move)
    return modelMovePreview(move, isChanged ? 'The other changes are saved. This is the change of model.' : undefined);
  const account = await services.accounts.show(id);
  return accountCard(account, actor, isChanged ? 'Edited' : 'No changes: the account already has these values');
}

/** A title has at most 45 characters. */
const TITLE_CHARS = 40;

const editModal = defineModal({
  id: defineId('account.edit_form', { account: idNumber }),
  title: 'Edit account',
  fields: {
    model: textField('Model', {
      description: 'Another model also moves the proxy, after a preview',
      maxLength: ACCOUNT_LIMITS.model,
    }),
    vps: textField('VPS', {
      description: 'VPS that manages the account; empty for none',
      maxLength: ACCOUNT_LIMITS.vps,
    }),
    label: textField('Label', { maxLength: ACCOUNT_LIMITS.label }),
    notes: textField('Notes', { isLong: true, maxLength: ACCOUNT_LIMITS.notes }),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, { account }, { model, vps = '', label = '', notes = '' }) =>
    edit(context, account, { model, vps, label, notes }),
});

async function openModal({ services }: Context, id: number) {
  const { username, model, vps, label, notes } = await services.accounts.show(id);
  const prefill = { model, vps: vps ?? undefined, label: label ?? undefined, notes: notes ?? undefined };
  return editModal.open({ account: id }, prefill, `Edit ${truncate(username, TITLE_CHARS)}`);
}

export const editAccountCommand = defineCommand({
  name: 'account edit',
  description: 'Edit one account, or all that a filter matches',
  options: {
    ...accountTargetOptions,
    account: text('Account to edit; without other options, a modal opens', {
      autocomplete: 'account',
      maxLength: ACCOUNT_LIMITS.username,
    }),
    model: newValue('model; also moves the proxy, after a preview', {
      autocomplete: 'model',
      maxLength: ACCOUNT_LIMITS.model,
      isRequired: true,
    }),
    vps: newValue('VPS', { autocomplete: 'vps', maxLength: ACCOUNT_LIMITS.vps }),
    label: newValue('label', { maxLength: ACCOUNT_LIMITS.label }),
    notes: newValue('notes', { maxLength: ACCOUNT_LIMITS.notes }),
  },
  requires: 'operator',
  ack: 'public',
  modal({ account, ...others }) {
    if (account === undefined || hasAnyValue(others)) return undefined;
    return async (context) => openModal(context, await context.services.accounts.resolve(account));
  },
  async run(context, { model, vps, label, notes, ...target }) {
    const wanted = { model, vps, label, notes };
    if (!hasAnyValue(wanted)) {
      throw new UserError('nothing_to_set', 'No changes given.', 'Set at least one option, such as label.');
    }
    const found = await accountsOf(context, target);
    if ('id' in found) return edit(context, found.id, wanted);
    const { actor, services } = context;
    return accountChangePreview(await services.accountChanges.planEdit(actor, found.filter, wanted));
  },
});

export const accountEditHandlers = [
  editModal,
  defineComponent({
    id: accountEditId,
    requires: 'operator',
    ack: 'modal',
    run: (context, { account }) => openModal(context, account),
  }),
];
