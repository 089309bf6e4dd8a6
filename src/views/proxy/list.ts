import { formatAddress } from '../../domain/proxies/address.ts';
import type { ProxyPage, ProxySummary, SortedFilter } from '../../domain/proxies/proxy-view.ts';
import { defineId } from '../../kit/custom-id.ts';
import { HEALTH_GLYPH, STATUS_GLYPH } from '../../kit/glyphs.ts';
import { pageButtons, pageParams, pageRange } from '../../kit/paging.ts';
import { card, row, selectMenu, text } from '../../kit/parts.ts';
import { type Column, table } from '../../kit/table.ts';
import { mask, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { filterWords } from './filter-words.ts';

export const listPageId = defineId('proxy.page', pageParams);
export const listOpenId = defineId('proxy.open', {});

const COLUMNS: readonly Column[] = [
  { header: '#', max: 6, align: 'right' },
  { header: 'address', max: 21 },
  { header: 'use', max: 3 },
  { header: 'model', max: 8 },
  { header: 'state', max: 12 },
  { header: 'used', max: 4, align: 'right' },
];

/** A column for the value by which the list is sorted or filtered, if no other column shows it. */
function addedColumn({ sort, usage }: SortedFilter): Added | null {
  if (sort === 'latency')
    return { header: 'ms', value: ({ latencyMs }) => (latencyMs === null ? '–' : String(latencyMs)) };
  const left = (until: (proxy: ProxySummary) => Date | null): Added => ({
    header: 'left',
    value: (proxy, now) => span(now, until(proxy)),
  });
  if (usage === 'cooling') return left(({ coolingUntil }) => coolingUntil);
  return sort === 'expiry' || usage === 'expiring' ? left(({ expiresAt }) => expiresAt) : null;
}

interface Added {
  header: string;
  value: (proxy: ProxySummary, now: Date) => string;
}

/** A page of proxies. */
export function proxyList(page: ProxyPage, now: Date): View {
  const { rows, filter } = page;
  if (rows.length === 0) return { components: [nothingFound(filter)] };
  const options = rows.map((each) => ({
    label: truncate(`#${each.id} ${formatAddress(each.host, each.port)}`, 100),
    value: String(each.id),
    description: truncate([each.model, each.health, mask(each.username), each.label].filter(Boolean).join(' · '), 100),
  }));
  return {
    components: [
      card(
        'neutral',
        text(`### Proxies ${pageRange(page)}`, describe(filter)),
        text(proxyTable(page, now)),
        row(...pageButtons(listPageId, page)),
        selectMenu(listOpenId.encode({}), 'Open a proxy', options),
      ),
    ],
  };
}

/** One row per proxy; if sorted by model, a row with the model's name precedes its proxies. */
function proxyTable({ rows, filter, limit }: ProxyPage, now: Date): string {
  const { sort } = filter;
  const added = addedColumn(filter);
  const columns = added ? [...COLUMNS, { header: added.header, max: 6, align: 'right' as const }] : COLUMNS;
  const lines = rows.flatMap((each, index) => {
    const isNewGroup = sort === 'model' && (index === 0 || rows[index - 1]?.model !== each.model);
    const group = isNewGroup ? [['', `— ${each.model ?? 'no model'} —`]] : [];
    return [
      ...group,
      [
        String(each.id),
        formatAddress(each.host, each.port),
        `${each.load}/${limit}`,
        each.model ?? '–',
        state(each),
        span(each.lastUsedAt, now),
        ...(added ? [added.value(each, now)] : []),
      ],
    ];
  });
  return table(columns, lines);
}

function state(proxy: ProxySummary): string {
  if (proxy.status !== 'active') return `${STATUS_GLYPH[proxy.status]} ${proxy.status}`;
  return `${HEALTH_GLYPH[proxy.health]} ${proxy.health}`;
}

/** The time between two moments, in at most four characters. */
function span(from: Date | null, to: Date | null): string {
  if (!from || !to) return '–';
  const minutes = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h`;
  return `${Math.min(999, Math.floor(minutes / 1440))}d`;
}

function describe({ sort, ...filter }: SortedFilter): string {
  const words = filterWords(filter);
  if (sort !== 'number') words.push(`sorted by ${sort.replace('_', ' ')}`);
  return `-# ${words.length > 0 ? words.join(' · ') : 'all proxies'}`;
}

function nothingFound({ sort: _sort, ...filter }: SortedFilter) {
  const isFiltered = filterWords(filter).length > 0;
  return card(
    'muted',
    text(
      isFiltered ? '### No proxies match' : '### No proxies yet',
      isFiltered
        ? describe({ ...filter, sort: 'number' })
        : 'Upload your provider’s file with `/proxy import` to get started.',
    ),
  );
}
