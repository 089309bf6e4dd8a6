import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { escapeText, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const LONGEST = 1500;

/** Stands for an account without a proxy. */
export const NO_PROXY = 0;
export const assignNearestId = defineId('assign.nearest', { account: idNumber, from: idNumber, proxy: idNumber });

/** The rule that forbids an assignment, with the best allowed proxy on a button. */
export function assignmentRefusal(refusal: {
  message: string;
  hint: string | undefined;
  accountId: number;
  nearestId: number | undefined;
  fromId: number | null;
}): View {
  const { message, hint, accountId: account, nearestId: proxy, fromId } = refusal;
  const ids = { account, from: fromId ?? NO_PROXY };
  return {
    components: [
      card(
        'danger',
        text(`**${escapeText(truncate(message, LONGEST))}**`, hint && escapeText(hint)),
        row(proxy !== undefined && button(`Assign #${proxy}`, assignNearestId.encode({ ...ids, proxy }), 'success')),
      ),
    ],
  };
}
