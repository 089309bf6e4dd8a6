import { type ModelFigures, sumOf } from '../../domain/stats.ts';
import { card, text } from '../../kit/parts.ts';
import { table } from '../../kit/table.ts';
import { count, plural } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const COLUMNS = [
  { header: 'model', max: 14 },
  { header: 'accounts', max: 8, align: 'right' as const },
  { header: 'waiting', max: 7, align: 'right' as const },
  { header: 'proxies', max: 7, align: 'right' as const },
  { header: 'places', max: 6, align: 'right' as const },
  { header: 'missing', max: 7, align: 'right' as const },
];
const SHOWN = 40;

/** Models with what they have and what they lack; those that lack most first. */
export function modelTable({ models, unused }: { models: readonly ModelFigures[]; unused: number }): View {
  if (models.length === 0)
    return { components: [card('muted', text('### No models yet', 'They come to life with their first account.'))] };
  const sorted = models.toSorted((a, b) => b.waiting - a.waiting || accountsOf(b) - accountsOf(a));
  const waiting = sumOf(models.map((each) => each.waiting));
  const missing = sumOf(models.map((each) => each.missing));
  const left = sorted.length - SHOWN;
  return {
    components: [
      card(
        waiting > 0 ? 'warn' : 'success',
        text(
          '### Models',
          `**${count(waiting)}** waiting · **${count(missing)}** ${missing === 1 ? 'proxy' : 'proxies'} missing · ${plural(unused, 'unused proxy', 'unused proxies')} for any model`,
        ),
        text(table(COLUMNS, sorted.slice(0, SHOWN).map(cells))),
        left > 0 && text(`-# and ${count(left)} more with fewer waiting accounts`),
        text(
          '-# places: free ones on its proxies that take new accounts · missing: proxies that would serve those who wait',
        ),
      ),
    ],
  };
}

function accountsOf({ assigned, waiting, held }: ModelFigures): number {
  return assigned + waiting + held;
}

function cells(model: ModelFigures): string[] {
  // What carries nothing cools down for the model, and is none of its proxies until it does.
  const proxies = sumOf(model.loads.slice(1));
  return [model.name, ...[accountsOf(model), model.waiting, proxies, model.places, model.missing].map(count)];
}
