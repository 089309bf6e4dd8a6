import { hasAnyValue } from '../../base/values.ts';
import { textField } from '../../discord/define/modal.ts';
import { text } from '../../discord/define/options.ts';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import type { View } from '../../kit/view.ts';
import { accountCard, accountEditId } from '../../views/account/card.ts';
import { modelMovePreview } from '../../views/account/model-move.ts';
import { type Context, defineCommand, defineComponent, defineModal } from '../define.ts';

interface Wanted {
  model?: string | undefined;
  vps?: string | undefined;
  label?: string | undefined;
  notes?: string | undefined;
}

/** What moves no proxy is changed at once; a change of model is shown first. */
async function edit({ actor, services }: Context, id: number, { model, ...others }: Wanted): Promise<View> {
  const isChanged = hasAnyValue(others) && (await services.accountEdits.edit(actor, id, others));
  const move = model === undefined ? undefined : await services.accountEdits.planModel(actor, id, model);
  if (move) return modelMovePreview(move, isChanged ? 'The rest is changed already; this is the model.' : undefined);
  const account = await services.accounts.show(id);
  return accountCard(account, actor.level, isChanged ? 'Edited' : 'Nothing to change: it is so already');
}

const editModal = defineModal({
  id: defineId('account.edit_form', { account: idNumber }),
  title: 'Edit account',
  fields: {
    model: textField('Model', { description: 'Another model moves the proxy too, after a preview' }),
    vps: textField('VPS', { description: 'The VPS that runs it; left empty: none' }),
    label: textField('Label', {}),
    notes: textField('Notes', { isLong: true, maxLength: ACCOUNT_LIMITS.notes }),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, { account }, { model, vps = '', label = '', notes = '' }) =>
    edit(context, account, { model, vps, label, notes }),
});

async function openModal({ services }: Context, id: number) {
  const { model, vps, label, notes } = await services.accounts.show(id);
  const prefill = { model, vps: vps ?? undefined, label: label ?? undefined, notes: notes ?? undefined };
  return editModal.open({ account: id }, prefill);
}

export const editAccountCommand = defineCommand({
  name: 'account edit',
  description: 'Change an account; without anything to change a form opens',
  options: {
    account: text('Its username', { required: true, autocomplete: 'account' }),
    model: text('Another model: it moves the proxy too, after a preview', { autocomplete: 'model' }),
    vps: text('The VPS that runs it; - for none', { autocomplete: 'vps' }),
    label: text('New label; - clears it', {}),
    notes: text('New notes; - clears them', { maxLength: ACCOUNT_LIMITS.notes }),
  },
  requires: 'operator',
  ack: 'public',
  modal({ account, ...wanted }) {
    if (hasAnyValue(wanted)) return undefined;
    return async (context) => openModal(context, await context.services.accounts.resolve(account));
  },
  run: async (context, { account, ...wanted }) =>
    edit(context, await context.services.accounts.resolve(account), wanted),
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
