import type { FillPreview } from '../../domain/accounts/account-view.ts';
import { sumOf } from '../../domain/sum.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { closedLine, limitNote } from '../../kit/plan-lines.ts';
import {
  code,
  count,
  escapeText,
  formatActor,
  formatRelativeTime,
  noticeLine,
  plain,
  plural,
  truncate,
} from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const fillApplyId = defineId('fill.apply', { plan: idNumber });
export const fillCancelId = defineId('fill.cancel', { plan: idNumber });
export const fillTogetherId = defineId('fill.together', { model: idNumber });

const MODELS_SHOWN = 10;
const CONSOLIDATIONS_SHOWN = 2;
const LONGEST_NAME = 40;
const LONGEST_ADDRESS = 80;
const LONGEST_REASON = 120;

/** A name, truncated so that any preview fits into a message. */
const named = (name: string) => escapeText(truncate(name, LONGEST_NAME));

/** A plan that assigns proxies to accounts: figures, waiting accounts, missing proxies, and a few reasons. */
export function fillPreview(preview: FillPreview, notice?: string): View {
  const { result } = preview;
  const isOpen = preview.state === 'open';
  const isShort = preview.placed < preview.asked;
  return {
    components: [
      card(
        result ? 'success' : isShort ? 'warn' : 'neutral',
        text('### Fill', noticeLine(notice), headline(preview), isOpen && limitNote(preview.placed, 'accounts')),
        isOpen && preview.asked > 0 && text(...shortage(preview), ...sample(preview)),
        isOpen && buttons(preview),
      ),
    ],
    ...(isOpen && preview.asked === 0 && { audience: 'caller' as const }),
  };
}

function headline(preview: FillPreview): string {
  const { asked, placed, result } = preview;
  if (result)
    return `✅ **Assigned ${count(result.count)}** · ${formatActor(result.by)} · ${formatRelativeTime(new Date(result.at))}`;
  const closed = closedLine(preview, '/proxy fill');
  if (closed) return closed;
  if (asked === 0) return 'Nothing to do: no accounts are waiting or on hold.';
  return `**${plural(asked, 'account')}**: ${count(placed)} get a proxy, ${count(asked - placed)} wait`;
}

/** Waiting accounts, the proxies needed for them, and moves that would free proxies. */
function shortage(preview: FillPreview): (string | false)[] {
  const waiting = preview.models.filter((each) => each.waiting > 0);
  const missing = sumOf(waiting, (each) => each.missingProxies);
  const counts = waiting.slice(0, MODELS_SHOWN).map((each) => `${named(each.name)} ${count(each.waiting)}`);
  const more = waiting.length > MODELS_SHOWN ? ' …' : '';
  const wanted = `**${plural(missing, 'more proxy', 'more proxies')}** needed.`;
  return [
    missing > 0 && `Waiting: ${counts.join(', ')}${more}. ${wanted}`,
    ...helpful(preview).map(({ name, freedProxies }) => {
      const freed = plural(freedProxies, 'proxy', 'proxies');
      return `Moving the accounts of ${named(name)} together would free **${freed}**.`;
    }),
  ];
}

function sample({ sample: shown, placed }: FillPreview): (string | false)[] {
  return [
    ...shown.map(({ username, model, proxyId, address, reason }) => {
      const why = escapeText(truncate(reason, LONGEST_REASON));
      return `- ${code(truncate(username, LONGEST_NAME))} (${named(model)}) → #${proxyId} ${code(truncate(address, LONGEST_ADDRESS))}: ${why}`;
    }),
    placed > shown.length && `-# and ${count(placed - shown.length)} more`,
  ];
}

const helpful = ({ consolidations }: FillPreview) => consolidations.slice(0, CONSOLIDATIONS_SHOWN);

function buttons(preview: FillPreview) {
  const { planId: plan, placed } = preview;
  return row(
    placed > 0 && button(`Assign ${count(placed)}`, fillApplyId.encode({ plan }), 'success'),
    ...helpful(preview).map(({ modelId: model, name }) =>
      button(`Move ${truncate(plain(name), LONGEST_NAME)} together`, fillTogetherId.encode({ model })),
    ),
    preview.asked > 0 && button('Cancel', fillCancelId.encode({ plan })),
  );
}
