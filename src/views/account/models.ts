import type { ModelFigures } from '../../domain/stats.ts';
import { sum, sumOf } from '../../domain/sum.ts';
import { STATE_GLYPH } from '../../kit/glyphs.ts';
import { card, text } from '../../kit/parts.ts';
import { count, escapeText, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

/** As many as a message holds, with their names at their longest. */
const SHOWN = 24;
const LONGEST_NAME = 24;

/** Models with their accounts, proxies and free slots; those with the most waiting accounts first. */
export function modelList({ models, unused }: { models: readonly ModelFigures[]; unused: number }): View {
  if (models.length === 0)
    return { components: [card('muted', text('### No models yet', 'A model is created with its first account.'))] };
  const sorted = models.toSorted((a, b) => b.waiting - a.waiting || accountsOf(b) - accountsOf(a));
  const waiting = sumOf(models, (each) => each.waiting);
  const missing = sumOf(models, (each) => each.missing);
  const left = sorted.length - SHOWN;
  return {
    components: [
      card(
        waiting > 0 ? 'warn' : 'success',
        text(
          '### Models',
          `**${count(waiting)}** waiting · **${count(missing)}** ${missing === 1 ? 'proxy' : 'proxies'} missing · ${plural(unused, 'unused proxy', 'unused proxies')} for any model`,
        ),
        text(...sorted.slice(0, SHOWN).map(modelLine)),
        left > 0 && text(`-# and ${count(left)} more with fewer waiting accounts`),
        text('-# free: unused slots on the model’s proxies · missing: proxies needed for its waiting accounts'),
      ),
    ],
  };
}

function accountsOf({ assigned, waiting, held }: ModelFigures): number {
  return assigned + waiting + held;
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
