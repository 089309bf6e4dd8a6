import { z } from 'zod';
import { defineId, idNumber } from '../../discord/custom-id.ts';
import type { ProxyFilter, ProxyPage, ProxySummary } from '../../domain/proxies/proxy-view.ts';
import { HEALTH_GLYPH, STATUS_GLYPH } from '../kit/glyphs.ts';
import { button, card, menu, row, text } from '../kit/parts.ts';
import { table } from '../kit/table.ts';
import { address, code, count, cut, mask } from '../kit/text.ts';
import type { View } from '../kit/view.ts';

/** Where the next page goes on: behind or in front of a proxy, so that rows that come or go do not shift it. */
export const listPageId = defineId('proxy.page', {
  list: idNumber,
  side: z.enum(['after', 'before']),
  proxy: idNumber,
});
export const listOpenId = defineId('proxy.open', {});

const COLUMNS = [
  { header: '#', max: 6, align: 'right' as const },
  { header: 'address', max: 21 },
  { header: 'use', max: 3 },
  { header: 'model', max: 8 },
  { header: 'state', max: 12 },
  { header: 'used', max: 4, align: 'right' as const },
];

/** A page of proxies. */
export function proxyList(page: ProxyPage, now: Date): View {
  const { rows, total, before } = page;
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return { components: [nothingFound(page.filter)] };
  const range = `${count(before + 1)}–${count(before + rows.length)} of ${count(total)}`;
  const flip = (side: 'after' | 'before', proxy: number) => listPageId.encode({ list: page.queryId, side, proxy });
  const options = rows.map((each) => ({
    label: cut(`#${each.id} ${address(each.host, each.port)}`, 100),
    value: String(each.id),
    description: cut([each.model, each.health, mask(each.username), each.label].filter(Boolean).join(' · '), 100),
  }));
  return {
    components: [
      card(
        'neutral',
        text(`### Proxies ${range}`, describe(page)),
        text(table(COLUMNS, tableRows(page, now))),
        row(
          button('Previous', flip('before', first.id), 'secondary', before === 0),
          button('Next', flip('after', last.id), 'secondary', before + rows.length >= total),
        ),
        menu(listOpenId.encode({}), 'Open a proxy', options),
      ),
    ],
  };
}

/** One line a proxy; sorted by model, a line with the model's name stands above its proxies. */
function tableRows({ rows, sort, limit }: ProxyPage, now: Date): string[][] {
  return rows.flatMap((each, index) => {
    const isNewGroup = sort === 'model' && (index === 0 || rows[index - 1]?.model !== each.model);
    const group = isNewGroup ? [['', `— ${each.model ?? 'no model'} —`]] : [];
    return [
      ...group,
      [
        String(each.id),
        address(each.host, each.port),
        `${each.load}/${limit}`,
        each.model ?? '–',
        state(each),
        age(each.lastUsedAt, now),
      ],
    ];
  });
}

function state(proxy: ProxySummary): string {
  if (proxy.status !== 'active') return `${STATUS_GLYPH[proxy.status]} ${proxy.status}`;
  return `${HEALTH_GLYPH[proxy.health]} ${proxy.health}`;
}

/** How long ago, in at most four characters. */
function age(at: Date | null, now: Date): string {
  if (!at) return '–';
  const minutes = Math.max(0, Math.floor((now.getTime() - at.getTime()) / 60_000));
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h`;
  return `${Math.min(999, Math.floor(minutes / 1440))}d`;
}

function describe({ filter, sort }: Pick<ProxyPage, 'filter' | 'sort'>): string {
  const parts = Object.entries(filter).flatMap(([key, value]) => (value ? [`${key} ${code(cut(value, 60))}`] : []));
  if (sort !== 'number') parts.push(`by ${sort.replace('_', ' ')}`);
  return parts.length > 0 ? `-# ${parts.join(' · ')}` : '-# all proxies';
}

function nothingFound(filter: ProxyFilter) {
  const isFiltered = Object.values(filter).some(Boolean);
  return card(
    'muted',
    text(
      isFiltered ? '### No proxy matches' : '### No proxies yet',
      isFiltered ? describe({ filter, sort: 'number' }) : 'Drop a provider’s file into `/proxy import` to begin.',
    ),
  );
}

/** A proxy as a suggestion names it; usernames are masked for whoever may not see them. */
export function proxyChoice(
  proxy: Pick<ProxySummary, 'id' | 'host' | 'port' | 'username' | 'label'>,
  isMasked: boolean,
): { name: string; value: string } {
  const user = isMasked ? mask(proxy.username) : proxy.username;
  const name = [`#${proxy.id} ${address(proxy.host, proxy.port)}`, user, proxy.label].filter(Boolean).join(' · ');
  return { name: cut(name, 100), value: `#${proxy.id}` };
}
