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
  { header: 'free', max: 6, align: 'right' as const },
  { header: 'missing', max: 7, align: 'right' as const },
];
const SHOWN = 40;

/** Models with their accounts, proxies and free slots; those with the most waiting accounts first. */
export function modelTable({ models, unused }: { models: readonly ModelFigures[]; unused: number }): View {
  if (models.length === 0)
    return { components: [card('muted', text('### No models yet', 'A model is created with its first account.'))] };
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
          '-# free: unused slots on the model’s proxies that take new accounts · missing: proxies needed for its waiting accounts',
        ),
      ),
    ],
  };
}

function accountsOf({ assigned, waiting, held }: ModelFigures): number {
  return assigned + waiting + held;
}

function cells(model: ModelFigures): string[] {
  // A proxy without accounts is in cooldown for the model and does not count.
  const proxies = sumOf(model.loads.slice(1));
  return [model.name, ...[accountsOf(model), model.waiting, proxies, model.freeSlots, model.missing].map(count)];
}
