import { stayingProxies, type UndoPreview } from '../../domain/proxies/proxy-import.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { limitNote } from '../../kit/plan-lines.ts';
import { count, plural } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const undoSureId = defineId('import.undo_sure', { plan: idNumber });
export const undoBackId = defineId('import.undo_back', { plan: idNumber });

/** Confirmation of an undo that cannot revert everything: proxies with accounts stay. */
export function undoQuestion({ planId: plan, removable, restorable, ...staying }: UndoPreview): View {
  const reverted = removable + restorable;
  return {
    components: [
      card(
        'warn',
        text(
          `### Undo import #${plan}?`,
          removable > 0 && `**${plural(removable, 'proxy', 'proxies')}** will be removed.`,
          restorable > 0 && `${plural(restorable, 'proxy', 'proxies')} will get their former password and type back.`,
          limitNote(reverted),
          `${stayingProxies(staying)}.`,
        ),
        row(
          button(`Undo ${count(reverted)}`, undoSureId.encode({ plan }), 'danger'),
          button('Cancel', undoBackId.encode({ plan })),
        ),
      ),
    ],
  };
}
