import type { AccountPage } from '../../domain/accounts/account-view.ts';
import { defineId } from '../../kit/custom-id.ts';
import { STATE_GLYPH, STATE_NAME } from '../../kit/glyphs.ts';
import type { Level } from '../../kit/level.ts';
import { pageButtons, pageLine, pageParams, pageRange } from '../../kit/paging.ts';
import { card, row, selectMenu, text } from '../../kit/parts.ts';
import { code, escapeText, nameFor, plain, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { shortAddress } from '../short-address.ts';

export const accountPageId = defineId('account.page', pageParams);
export const accountOpenId = defineId('account.open', {});

/** Lengths with which a page stays within Discord's limit. */
const LONGEST = { username: 40, model: 20, vps: 20 } as const;

/** A page of accounts. */
export function accountList(page: AccountPage, level: Level): View {
  const { rows } = page;
  const { isMasked: _isMasked, ...filter } = page.filter;
  const parts = Object.entries(filter).flatMap(([key, value]) =>
    value ? [`${key} ${code(truncate(value, 60))}`] : [],
  );
  if (rows.length === 0) {
    const next =
      parts.length > 0 ? `-# ${parts.join(' · ')}` : 'Add one with `/account add`, or many with `/account import`.';
    return { components: [card('muted', text('### No accounts', next))], audience: 'caller' };
  }
  return {
    components: [
      card(
        'neutral',
        text(`### Accounts ${pageRange(page)}`, pageLine(page, parts, 'all accounts')),
        text(...rows.map((each) => accountLine(each, level))),
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

/** `🟢 **anna** · Amber · #12 198.51.100.7:8080 · rigel` */
function accountLine({ username, model, state, proxy, vps }: AccountPage['rows'][number], level: Level): string {
  const parts = [
    `${STATE_GLYPH[state]} **${escapeText(truncate(nameFor(level, username), LONGEST.username))}**`,
    escapeText(truncate(model, LONGEST.model)),
    proxy ? `#${proxy.id} ${shortAddress(proxy.host, proxy.port)}` : STATE_NAME[state],
    vps !== null && escapeText(truncate(vps, LONGEST.vps)),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Distinguishes accounts for viewers, who do not see names. */
const proxyOrState = ({ proxy, state }: AccountPage['rows'][number]) => (proxy ? `#${proxy.id}` : STATE_NAME[state]);
