import { button, card, row, text } from '../kit/parts.ts';
import { escapeText, who } from '../kit/text.ts';
import type { View } from '../kit/view.ts';
import { retestId } from './card.ts';

/** What a provider answered to its change-IP link, for the caller alone. */
export function changedIp(id: number, { ok, detail }: { ok: boolean; detail: string }): View {
  const title = ok ? `### ✅ The IP of #${id} is being changed` : `### The IP of #${id} was not changed`;
  const next = ok && '-# The exit IP shows after the next check.';
  const retest = ok && button('Retest', retestId.encode({ proxy: id }));
  return { components: [card(ok ? 'good' : 'bad', text(title, escapeText(detail), next), row(retest))] };
}

/** The same for everybody. */
export function changedIpNote(actorId: string, id: number): View {
  return { components: [card('neutral', text(`🔄 ${who(actorId)} had the exit IP of #${id} changed.`))] };
}
