import type { AccountUndoPreview, KeptAccount } from '../../domain/accounts/account-undo.ts';
import { toCsv } from '../../kit/csv.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { limitNote } from '../../kit/plan-lines.ts';
import { code, count, noticeLine, plural, truncate } from '../../kit/text.ts';
import type { View, ViewFile } from '../../kit/view.ts';

/** The id carries the figures of the question; if they no longer hold, the click shows a new one. */
export const accountUndoSureId = defineId('account_import.undo_sure', {
  plan: idNumber,
  removable: idNumber,
  restorable: idNumber,
  changed: idNumber,
  used: idNumber,
});
export const accountUndoBackId = defineId('account_import.undo_back', { plan: idNumber });

const LONGEST_NAME = 20;
const WHY: Record<KeptAccount['why'], string> = { changed: 'changed since', used: 'proxy in use' };

/** `⚠️ 7 accounts stay as they are: ann (changed since), ben (proxy in use) …`; undefined if there are none. */
export function keptLine(all: number, kept: readonly KeptAccount[]): string | undefined {
  if (all === 0) return undefined;
  const names = kept.map(({ username, why }) => `${code(truncate(username, LONGEST_NAME))} (${WHY[why]})`).join(', ');
  const stays = all === 1 ? '1 account stays as it is' : `${count(all)} accounts stay as they are`;
  return `⚠️ ${stays}: ${names}${all > kept.length ? ' …' : ''}`;
}

/** All of them as a CSV file. */
export function keptFile(kept: readonly KeptAccount[]): ViewFile {
  const rows = kept.map(({ username, why }) => [username, WHY[why]]);
  return { name: 'kept-accounts.csv', data: toCsv(['account', 'reason'], rows) };
}

/** Confirmation of an undo that cannot revert everything, or that is for admins. */
export function accountUndoQuestion(preview: AccountUndoPreview, notice?: string): View {
  const { planId: plan, kept, removable, restorable, changed, used } = preview;
  const undone = removable + restorable;
  return {
    components: [
      card(
        'warn',
        text(
          `### Undo import #${plan}?`,
          noticeLine(notice),
          `**${plural(removable, 'account')}** will be removed and ${removable === 1 ? 'leaves its proxy' : 'leave their proxies'}.`,
          restorable > 0 && `${plural(restorable, 'account')} will get the former values back.`,
          keptLine(changed + used, kept),
          limitNote(undone, 'accounts'),
        ),
        row(
          undone > 0 &&
            button(
              `Undo ${count(undone)}`,
              accountUndoSureId.encode({ plan, removable, restorable, changed, used }),
              'danger',
            ),
          button('Cancel', accountUndoBackId.encode({ plan })),
        ),
      ),
    ],
  };
}
