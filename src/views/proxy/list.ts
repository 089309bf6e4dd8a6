import { formatAddress } from '../../domain/proxies/address.ts';
import type { ProxyPage, ProxySummary, SortedFilter } from '../../domain/proxies/proxy-view.ts';
import { defineId } from '../../kit/custom-id.ts';
import { HEALTH_GLYPH, STATUS_GLYPH } from '../../kit/glyphs.ts';
import { pageButtons, pageParams, pageRange } from '../../kit/paging.ts';
import { card, row, selectMenu, text } from '../../kit/parts.ts';
import { escapeText, formatRelativeTime, mask, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { shortAddress } from '../short-address.ts';
import { filterWords } from './filter-words.ts';

export const listPageId = defineId('proxy.page', pageParams);
export const listOpenId = defineId('proxy.open', {});

/** With this a page stays within Discord's limit. */
const LONGEST_MODEL = 30;

/** The value by which the list is sorted or filtered, if a line does not show it anyway. */
function addedDetail({ sort, usage }: SortedFilter, proxy: ProxySummary): string | false {
  const until = (what: string, at: Date | null) => at !== null && `${what} ${formatRelativeTime(at)}`;
  if (sort === 'latency') return proxy.latencyMs !== null && `${proxy.latencyMs} ms`;
  if (usage === 'cooling') return until('free', proxy.coolingUntil);
  return (sort === 'expiry' || usage === 'expiring') && until('expires', proxy.expiresAt);
}

/** A page of proxies. */
export function proxyList(page: ProxyPage): View {
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
        text(...proxyLines(page)),
        row(...pageButtons(listPageId, page)),
        selectMenu(listOpenId.encode({}), 'Open a proxy', options),
      ),
    ],
  };
}

/** One line per proxy; if sorted by model, a line with the model's name precedes its proxies. */
function proxyLines({ rows, filter, limit }: ProxyPage): string[] {
  return rows.flatMap((each, index) => {
    const isNewGroup = filter.sort === 'model' && (index === 0 || rows[index - 1]?.model !== each.model);
    const group = isNewGroup ? [`**${each.model === null ? 'No model' : shortModel(each.model)}**`] : [];
    return [...group, proxyLine(each, filter, limit)];
  });
}

/**
 * `🔴 #1054 · 198.51.100.7:6540 · 3/3 Amber · failing · 2 minutes ago`. The state is named unless it is healthy, and the model unless
 * the list is grouped by it, so that most lines take two rows on a phone. The time is the last use.
 */
function proxyLine(proxy: ProxySummary, filter: SortedFilter, limit: number): string {
  const { id, host, port, load, model, lastUsedAt } = proxy;
  const { glyph, name } = stateOf(proxy);
  const parts = [
    `${glyph} #${id}`,
    shortAddress(host, port),
    `${load}/${limit}${model === null || filter.sort === 'model' ? '' : ` ${shortModel(model)}`}`,
    name !== 'healthy' && name,
    addedDetail(filter, proxy) || (lastUsedAt !== null && formatRelativeTime(lastUsedAt)),
  ];
  return parts.filter(Boolean).join(' · ');
}

const shortModel = (model: string) => escapeText(truncate(model, LONGEST_MODEL));

function stateOf({ status, health }: ProxySummary): { glyph: string; name: string } {
  return status === 'active'
    ? { glyph: HEALTH_GLYPH[health], name: health }
    : { glyph: STATUS_GLYPH[status], name: status };
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
