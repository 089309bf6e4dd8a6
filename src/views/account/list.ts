import { z } from 'zod';
import { defineId, idNumber } from '../../discord/custom-id.ts';
import type { Level } from '../../discord/level.ts';
import type { AccountPage, ModelFigures } from '../../domain/account-view.ts';
import { STATE_GLYPH } from '../kit/glyphs.ts';
import { button, card, menu, row, text } from '../kit/parts.ts';
import { table } from '../kit/table.ts';
import { address, code, count, cut, nameFor, plain } from '../kit/text.ts';
import type { View } from '../kit/view.ts';

export const accountPageId = defineId('account.page', {
  list: idNumber,
  side: z.enum(['after', 'before']),
  account: idNumber,
});
export const accountOpenId = defineId('account.open', {});

const COLUMNS = [
  { header: 'account', max: 16 },
  { header: 'model', max: 10 },
  { header: 'state', max: 11 },
  { header: 'proxy', max: 21 },
];

/** A page of accounts. */
export function accountList({ rows, total, before, queryId, filter }: AccountPage, level: Level): View {
  const [first, last] = [rows[0], rows.at(-1)];
  const said = Object.entries(filter).flatMap(([key, value]) => (value ? [`${key} ${code(cut(value, 60))}`] : []));
  if (!first || !last) {
    const next = said.length > 0 ? `-# ${said.join(' · ')}` : 'Add one with `/account add`.';
    return { components: [card('muted', text('### No accounts', next))] };
  }
  const flip = (side: 'after' | 'before', account: number) => accountPageId.encode({ list: queryId, side, account });
  return {
    components: [
      card(
        'neutral',
        text(
          `### Accounts ${count(before + 1)}–${count(before + rows.length)} of ${count(total)}`,
          `-# ${said.join(' · ') || 'all accounts'}`,
        ),
        text(
          table(
            COLUMNS,
            rows.map((each) => [
              nameFor(level, each.username),
              each.model,
              `${STATE_GLYPH[each.state]} ${each.state}`,
              each.proxy ? `#${each.proxy.id} ${address(each.proxy.host, each.proxy.port)}` : '–',
            ]),
          ),
        ),
        row(
          button('Previous', flip('before', first.id), 'secondary', before === 0),
          button('Next', flip('after', last.id), 'secondary', before + rows.length >= total),
        ),
        menu(
          accountOpenId.encode({}),
          'Open an account',
          rows.map((each) => ({
            label: cut(plain(`${nameFor(level, each.username)} · ${each.model}`), 100),
            value: String(each.id),
          })),
        ),
      ),
    ],
  };
}

const MODEL_COLUMNS = [
  { header: 'model', max: 14 },
  { header: 'accounts', max: 8, align: 'right' as const },
  { header: 'waiting', max: 7, align: 'right' as const },
  { header: 'proxies', max: 7, align: 'right' as const },
  { header: 'places', max: 6, align: 'right' as const },
  { header: 'missing', max: 7, align: 'right' as const },
];
const MODELS_SHOWN = 40;

/** Models with what they have and what they lack; those that lack most first. */
export function modelTable(models: readonly ModelFigures[], limit: number): View {
  if (models.length === 0)
    return { components: [card('muted', text('### No models yet', 'They come to life with their first account.'))] };
  const sorted = models.toSorted((a, b) => b.waiting - a.waiting);
  const rows = sorted
    .slice(0, MODELS_SHOWN)
    .map((each) => [
      each.name,
      ...[each.accounts, each.waiting, each.proxies, each.places, Math.ceil(each.waiting / limit)].map(count),
    ]);
  const left = sorted.length - rows.length;
  const tone = sorted.some((each) => each.waiting > 0) ? 'warn' : 'good';
  return {
    components: [
      card(
        tone,
        text(`### Models`, '-# missing: proxies that would serve those who wait'),
        text(table(MODEL_COLUMNS, rows)),
        left > 0 && text(`-# and ${left} more without waiting accounts or with fewer`),
      ),
    ],
  };
}

/** An account as a suggestion names it. What is chosen is its number, so that a viewer never gets the name. */
export function accountChoice(
  account: { id: number; username: string; model: string },
  level: Level,
): { name: string; value: string } {
  const shown = nameFor(level, account.username);
  return { name: cut(plain(`${shown} · ${account.model}`), 100), value: `#${account.id}` };
}
