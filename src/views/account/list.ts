import { z } from 'zod';
import { defineId, idNumber } from '../../discord/custom-id.ts';
import type { Level } from '../../discord/level.ts';
import type { AccountPage } from '../../domain/accounts/account-view.ts';
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
  { header: 'proxy', max: 27 },
];
/** Shown where any account of the page has one. */
const VPS_COLUMN = { header: 'vps', max: 10 };

/** A page of accounts. */
export function accountList({ rows, total, before, queryId, filter }: AccountPage, level: Level): View {
  const [first, last] = [rows[0], rows.at(-1)];
  const said = Object.entries(filter).flatMap(([key, value]) => (value ? [`${key} ${code(cut(value, 60))}`] : []));
  if (!first || !last) {
    const next =
      said.length > 0 ? `-# ${said.join(' · ')}` : 'Add one with `/account add`, or many with `/account import`.';
    return { components: [card('muted', text('### No accounts', next))] };
  }
  const hasVps = rows.some((each) => each.vps !== null);
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
            hasVps ? [...COLUMNS, VPS_COLUMN] : COLUMNS,
            rows.map((each) => [
              nameFor(level, each.username),
              each.model,
              `${STATE_GLYPH[each.state]} ${each.state}`,
              each.proxy ? `#${each.proxy.id} ${address(each.proxy.host, each.proxy.port)}` : '–',
              each.vps ?? '–',
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

/** An account as a suggestion names it. What is chosen is its number, so that a viewer never gets the name. */
export function accountChoice(
  account: { id: number; username: string; model: string },
  level: Level,
): { name: string; value: string } {
  const shown = nameFor(level, account.username);
  return { name: cut(plain(`${shown} · ${account.model}`), 100), value: `#${account.id}` };
}
