import type { ModelMovePreview } from '../../domain/accounts/account-edit.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { closedLine } from '../../kit/plan-lines.ts';
import { code, escapeText, formatActor, formatRelativeTime, noticeLine, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { alikeLine, newModelLine } from './new-model.ts';

export const modelApplyId = defineId('account.model_apply', { plan: idNumber });
export const modelUseId = defineId('account.model_use', { plan: idNumber });
export const modelCancelId = defineId('account.model_cancel', { plan: idNumber });

/** Preview of the effect that a change of an account's model has on its proxy. */
export function modelMovePreview(preview: ModelMovePreview, notice?: string): View {
  const { planId: plan, username, from, to, isNewModel, like, state, result } = preview;
  const isOpen = state === 'open';
  return {
    components: [
      card(
        result ? 'success' : isOpen ? 'warn' : 'muted',
        text(
          `### Account ${code(truncate(username, 60))}: ${escapeText(truncate(from, 40))} → ${escapeText(truncate(to, 40))}`,
          noticeLine(notice),
          result && `✅ **Changed** · ${formatActor(result.by)} · ${formatRelativeTime(new Date(result.at))}`,
          closedLine(preview, '/account edit'),
        ),
        (isOpen || result) && text(...fate(preview, result !== null)),
        isOpen && isNewModel && text(like ? alikeLine(to, like) : newModelLine(to)),
        isOpen &&
          row(
            button('Apply', modelApplyId.encode({ plan }), 'success'),
            like && like.name !== from && button(`Use ${truncate(like.name, 40)}`, modelUseId.encode({ plan })),
            button('Cancel', modelCancelId.encode({ plan })),
          ),
      ),
    ],
  };
}

function fate({ from, to, leaves, gets, isHeld }: ModelMovePreview, isDone: boolean): string[] {
  const model = escapeText(truncate(from, 40));
  if (leaves && gets?.id === leaves.id) {
    return [`${isDone ? 'Kept' : 'Keeps'} #${gets.id} ${code(gets.address)}: no other account uses it.`];
  }
  return [
    leaves
      ? `${isDone ? 'Left' : 'Leaves'} #${leaves.id} ${code(leaves.address)}${cooling(leaves.cooldownDays, model)}.`
      : 'It has no proxy.',
    gets
      ? `${isDone ? 'Got' : 'Gets'} **#${gets.id}** ${code(gets.address)}${gets.reason ? `: ${escapeText(truncate(gets.reason, 120))}` : ''}.`
      : isHeld
        ? 'It stays on hold, without a proxy.'
        : `🟡 It **waits**: no proxy has a free slot for ${escapeText(truncate(to, 40))}.`,
  ];
}

/** @param days null: it is not known for how long */
function cooling(days: number | null, model: string): string {
  if (days === 0) return '';
  return `, which stays reserved for ${model}${days === null ? '' : ` for ${plural(days, 'day')}`}`;
}
