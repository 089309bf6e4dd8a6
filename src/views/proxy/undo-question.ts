import type { UndoPreview } from '../../domain/proxies/proxy-import.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { count, plural } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const undoSureId = defineId('import.undo_sure', { plan: idNumber });
export const undoBackId = defineId('import.undo_back', { plan: idNumber });

/** Asked where taking an import back would leave something of it: proxies that carry accounts stay. */
export function undoQuestion({ planId: plan, removable, carrying, restorable }: UndoPreview): View {
  return {
    components: [
      card(
        'warn',
        text(
          `### Undo import ${plan}?`,
          `**${plural(removable, 'proxy', 'proxies')}** would be removed.`,
          restorable > 0 && `${plural(restorable, 'proxy', 'proxies')} would get the former password and type back.`,
          carrying === 1
            ? '1 proxy carries accounts and stays.'
            : `${count(carrying)} proxies carry accounts and stay.`,
        ),
        row(
          button(`Undo ${count(removable + restorable)}`, undoSureId.encode({ plan }), 'danger'),
          button('Cancel', undoBackId.encode({ plan })),
        ),
      ),
    ],
  };
}
