import { COUNTED } from '../../domain/page.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import type { ModelGroup, ProxyPage, ProxySummary, SortedFilter } from '../../domain/proxies/proxy-view.ts';
import { TERM_KEYS } from '../../domain/proxies/search.ts';
import { defineId } from '../../kit/custom-id.ts';
import { HEALTH_GLYPH, STATUS_GLYPH } from '../../kit/glyphs.ts';
import { cappedCount, jumpParams, pageButtons, pageLine, pageParams, pageRange } from '../../kit/paging.ts';
import { card, row, selectMenu, text } from '../../kit/parts.ts';
import { count, escapeText, formatRelativeTime, mask, milliseconds, plain, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { shortAddress } from '../short-address.ts';
import { filterWords } from './filter-words.ts';

export const listPageId = defineId('proxy.page', pageParams);
export const listJumpId = defineId('proxy.jump', jumpParams);
export const listOpenId = defineId('proxy.open', {});

/** With this a page stays within Discord's limit. */
const LONGEST_MODEL = 30;
const LONGEST_GATEWAY = { address: 40, username: 12 } as const;

/** The value by which the list is sorted or filtered, if a line does not show it anyway. */
function addedDetail({ sort, usage }: SortedFilter, proxy: ProxySummary): string | false {
  const until = (what: string, at: Date | null) => at !== null && `${what} ${formatRelativeTime(at)}`;
  if (sort === 'latency') return proxy.latencyMs !== null && milliseconds(proxy.latencyMs);
  if (usage === 'cooling') return until('free', proxy.coolingUntil);
  return (sort === 'expiry' || usage === 'expiring') && until('expires', proxy.expiresAt);
}

/** A page of proxies. */
export function proxyList(page: ProxyPage): View {
  const { rows, filter } = page;
  if (rows.length === 0) return { components: [nothingFound(filter)], audience: 'caller' };
  const options = rows.map((each) => ({
    label: truncate(`#${each.id} ${formatAddress(each.host, each.port)}`, 100),
    value: String(each.id),
    description: truncate([each.model, each.health, mask(each.username), each.label].filter(Boolean).join(' · '), 100),
  }));
  return {
    components: [
      card(
        'neutral',
        text(`### Proxies ${pageRange(page)}`, pageLine(page, listWords(filter), 'all proxies')),
        text(...proxyLines(page)),
        row(...pageButtons(listPageId, page)),
        jumpMenu(page),
        selectMenu(listOpenId.encode({}), 'Open a proxy', options),
      ),
    ],
  };
}

/** Leads to the first proxy of a model. Absent if the page shows the whole list. */
function jumpMenu({ queryId: list, groups, before, isLast }: ProxyPage) {
  if (!groups || groups.near.length < 2 || (before === 0 && isLast)) return null;
  const options = groups.near.map(({ id, name }) => ({
    label: name === null ? 'No model' : truncate(plain(name), 100) || `Model ${id}`,
    value: String(id),
  }));
  return selectMenu(listJumpId.encode({ list }), 'Go to a model', options);
}

/** One line per proxy; if sorted by model, a line about the model precedes its proxies. */
function proxyLines({ rows, filter, limit, groups }: ProxyPage): string[] {
  const addresses = Map.groupBy(rows, addressOf);
  return rows.flatMap((each, index) => {
    const isGateway = (addresses.get(addressOf(each))?.length ?? 0) > 1;
    const isNewGroup = groups !== null && (index === 0 || rows[index - 1]?.model !== each.model);
    const group = isNewGroup ? groups.shown.find(({ model }) => model === each.model) : undefined;
    return [...(group ? [groupLine(group)] : []), proxyLine(each, { filter, limit, isGateway })];
  });
}

const addressOf = ({ host, port }: ProxySummary) => formatAddress(host, port);

/** `**Amber** · 734 proxies · 2,200 accounts · 2 free`; beyond the proxies that are counted `10,000+ proxies`. */
function groupLine({ model, proxies, accounts, free }: ModelGroup): string {
  const name = `**${model === null ? 'No model' : shortModel(model)}**`;
  if (proxies > COUNTED) return `${name} · ${cappedCount(proxies)} proxies`;
  const parts = [
    name,
    plural(proxies, 'proxy', 'proxies'),
    model !== null && plural(accounts, 'account'),
    free > 0 && `${count(free)} free`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/**
 * `🔴 #1054 · 198.51.100.7:6540 · 3/3 Amber · failing · 2 minutes ago`. The state is named unless it is healthy, and the model unless
 * the list is grouped by it, so that most lines take two rows on a phone. The time is the last use. Proxies of one gateway have the same
 * address and differ by their usernames, which are shown masked.
 */
function proxyLine(
  proxy: ProxySummary,
  { filter, limit, isGateway }: { filter: SortedFilter; limit: number; isGateway: boolean },
): string {
  const { id, host, port, load, model, lastUsedAt } = proxy;
  const { glyph, name } = stateOf(proxy);
  const parts = [
    `${glyph} #${id}`,
    shortAddress(host, port, isGateway ? LONGEST_GATEWAY.address : undefined),
    isGateway && escapeText(truncate(mask(proxy.username), LONGEST_GATEWAY.username)),
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

function listWords({ sort, isMasked: _isMasked, ...filter }: SortedFilter): string[] {
  return [...filterWords(filter), ...(sort === 'number' ? [] : [`sorted by ${sort.replace('_', ' ')}`])];
}

const SEARCH_HINT = `\`search\` finds a number, an address, an account or a label, and takes the terms ${TERM_KEYS.map((key) => `\`${key}:\``).join(' ')}.`;

function nothingFound(filter: SortedFilter) {
  const words = listWords({ ...filter, sort: 'number' });
  return card(
    'muted',
    text(
      words.length > 0 ? '### No proxies match' : '### No proxies yet',
      words.length > 0 ? `-# ${words.join(' · ')}` : 'Upload your provider’s file with `/proxy import` to get started.',
      filter.search !== undefined && SEARCH_HINT,
    ),
  );
}
