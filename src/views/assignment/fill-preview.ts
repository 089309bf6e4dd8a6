import { defineId, idNumber } from '../../discord/custom-id.ts';
import type { FillPreview } from '../../domain/account-view.ts';
import { button, card, row, text } from '../kit/parts.ts';
import { ago, code, count, escapeText, plural, who } from '../kit/text.ts';
import type { View } from '../kit/view.ts';

export const fillApplyId = defineId('fill.apply', { plan: idNumber });

const MODELS_SHOWN = 10;

/** A plan to give proxies to accounts: how many, who waits, what is missing, and a few reasons. */
export function fillPreview(preview: FillPreview, notice?: string): View {
  const { planId: plan, state, placed, asked, result } = preview;
  const isOpen = state === 'open';
  const waiting = preview.models.filter((each) => each.waiting > 0);
  const missing = waiting.reduce((sum, each) => sum + each.missingProxies, 0);
  const headline = result
    ? `✅ **Assigned ${count(result.count)}** · ${who(result.by)} · ${ago(new Date(result.at))}`
    : `**${plural(asked, 'account')}**: ${count(placed)} get a proxy, ${count(asked - placed)} wait`;
  return {
    components: [
      card(
        result ? 'good' : missing > 0 ? 'warn' : 'neutral',
        text('### Fill', notice && `⚠️ **${notice}**`, headline),
        isOpen &&
          (placed > 0 || missing > 0) &&
          text(
            missing > 0 &&
              `Waiting: ${waiting
                .slice(0, MODELS_SHOWN)
                .map((each) => `${escapeText(each.name)} ${count(each.waiting)}`)
                .join(
                  ', ',
                )}${waiting.length > MODELS_SHOWN ? ' …' : ''}. **${plural(missing, 'more proxy', 'more proxies')}** would serve them all.`,
            ...preview.consolidations
              .slice(0, 2)
              .map(
                (each) =>
                  `Moving ${escapeText(each.name)} together would free ${plural(each.freedProxies, 'proxy', 'proxies')}.`,
              ),
            ...preview.sample.map(
              (each) =>
                `- ${code(each.username)} (${escapeText(each.model)}) → #${each.proxyId} ${code(each.address)}: ${escapeText(each.reason)}`,
            ),
            placed > preview.sample.length && `-# and ${count(placed - preview.sample.length)} more`,
          ),
        row(isOpen && placed > 0 && button(`Assign ${count(placed)}`, fillApplyId.encode({ plan }), 'good')),
      ),
    ],
  };
}
