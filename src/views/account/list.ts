import type { AccountPage } from '../../domain/accounts/account-view.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import { defineId } from '../../kit/custom-id.ts';
import { STATE_GLYPH, STATE_NAME } from '../../kit/glyphs.ts';
import type { Level } from '../../kit/level.ts';
import { pageButtons, pageParams, pageRange } from '../../kit/paging.ts';
import { card, row, selectMenu, text } from '../../kit/parts.ts';
import { table } from '../../kit/table.ts';
import { code, nameFor, plain, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const accountPageId = defineId('account.page', pageParams);
export const accountOpenId = defineId('account.open', {});

const COLUMNS = [
  { header: 'account', max: 16 },
  { header: 'model', max: 10 },
  { header: 'state', max: 11 },
  { header: 'proxy', max: 27 },
];
/** Shown if any account of the page has a VPS. */
const VPS_COLUMN = { header: 'vps', max: 10 };

/** A page of accounts. */
export function accountList(page: AccountPage, level: Level): View {
  const { rows, filter } = page;
  const parts = Object.entries(filter).flatMap(([key, value]) =>
    value ? [`${key} ${code(truncate(value, 60))}`] : [],
  );
  if (rows.length === 0) {
    const next =
      parts.length > 0 ? `-# ${parts.join(' · ')}` : 'Add one with `/account add`, or many with `/account import`.';
    return { components: [card('muted', text('### No accounts', next))] };
  }
  const hasVps = rows.some((each) => each.vps !== null);
  return {
    components: [
      card(
        'neutral',
        text(`### Accounts ${pageRange(page)}`, `-# ${parts.join(' · ') || 'all accounts'}`),
        text(
          table(
            hasVps ? [...COLUMNS, VPS_COLUMN] : COLUMNS,
            rows.map((each) => [
              nameFor(level, each.username),
              each.model,
              `${STATE_GLYPH[each.state]} ${STATE_NAME[each.state]}`,
              each.proxy ? `#${each.proxy.id} ${formatAddress(each.proxy.host, each.proxy.port)}` : '–',
              each.vps ?? '–',
            ]),
          ),
        ),
        row(...pageButtons(accountPageId, page)),
        selectMenu(
          accountOpenId.encode({}),
          'Open an account',
          rows.map((each) => ({
            label: truncate(plain(`${nameFor(level, each.username)} · ${each.model} · ${proxyOrState(each)}`), 100),
            value: String(each.id),
          })),
        ),
      ),
    ],
  };
}

/** Distinguishes accounts for viewers, who do not see names. */
const proxyOrState = ({ proxy, state }: AccountPage['rows'][number]) => (proxy ? `#${proxy.id}` : STATE_NAME[state]);
