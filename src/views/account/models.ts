import { accountsOf, type ModelFigures, type ModelPage } from '../../domain/stats.ts';
import { sum } from '../../domain/sum.ts';
import { defineId } from '../../kit/custom-id.ts';
import { STATE_GLYPH } from '../../kit/glyphs.ts';
import { pageButtons, pageNumber, pageParams, pageRange } from '../../kit/paging.ts';
import { card, row, text } from '../../kit/parts.ts';
import { count, countedNote, escapeText, formatActor, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const modelPageId = defineId('account.models_page', pageParams);

const LONGEST_NAME = 24;

/** A page of models with their accounts, proxies and free slots. */
export function modelList(page: ModelPage): View {
  const { rows, waiting, missing, unused } = page;
  if (rows.length === 0) {
    const next = 'A model is created with its first account.';
    return { components: [card('muted', text('### No models yet', next))], audience: 'caller' };
  }
  const number = pageNumber(page);
  return {
    components: [
      card(
        waiting > 0 ? 'warn' : 'success',
        text(
          `### Models ${pageRange(page)}`,
          number && `-# ${number}`,
          `**${count(waiting)}** waiting · **${count(missing)}** ${missing === 1 ? 'proxy' : 'proxies'} missing · ${plural(unused, 'unused proxy', 'unused proxies')} for any model`,
          countedNote(page),
        ),
        text(...rows.map(modelLine)),
        text('-# free: unused slots on the model’s proxies · missing: proxies needed for its waiting accounts'),
        row(...pageButtons(modelPageId, page)),
      ),
    ],
  };
}

/** `**Amber** · 2,200 accounts · 734 proxies · 2 free · 🟡 40 waiting, 14 proxies missing` */
function modelLine(model: ModelFigures): string {
  // A proxy without accounts is in cooldown for the model and does not count.
  const proxies = sum(model.loads.slice(1));
  const parts = [
    `**${escapeText(truncate(model.name, LONGEST_NAME))}**`,
    plural(accountsOf(model), 'account'),
    plural(proxies, 'proxy', 'proxies'),
    model.freeSlots > 0 && `${count(model.freeSlots)} free`,
    model.waiting > 0 && `${STATE_GLYPH.waiting} ${count(model.waiting)} waiting${missingOf(model)}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

function missingOf({ missing }: ModelFigures): string {
  return missing > 0 ? `, ${plural(missing, 'proxy', 'proxies')} missing` : '';
}

type ModelChange = { renamed: { before: string; after: string } } | { removed: string };

/** The result of a change of a model, and who made it. */
export function modelNote(change: ModelChange, actorId: string): View {
  const name = (written: string) => `**${escapeText(truncate(written, 100))}**`;
  const what =
    'removed' in change
      ? `🗑️ Model ${name(change.removed)} was removed`
      : `✅ Model ${name(change.renamed.before)} was renamed to ${name(change.renamed.after)}`;
  return { components: [card('success', text(`${what} by ${formatActor(actorId)}.`))] };
}
