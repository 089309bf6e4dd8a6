import { z } from 'zod';
import { findingOf } from '../../domain/health/health-state.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import type { ProxyDetails } from '../../domain/proxies/proxy-view.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { FINDING_GLYPH, HEALTH_GLYPH, STATUS_GLYPH } from '../../kit/glyphs.ts';
import type { Level, Viewer } from '../../kit/level.ts';
import { fitView } from '../../kit/limits/fit.ts';
import { button, card, row, type Tone, text } from '../../kit/parts.ts';
import {
  code,
  escapeText,
  formatActor,
  formatDate,
  formatRelativeTime,
  mask,
  milliseconds,
  nameFor,
  plural,
  truncate,
} from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { detailFacts } from './detail-text.ts';
import { EDIT_PAGES, editLabel } from './edit-pages.ts';

export const credentialsId = defineId('proxy.credentials', { proxy: idNumber });
export const proxyHistoryId = defineId('proxy.history', { proxy: idNumber });
export const changeIpId = defineId('proxy.change_ip', { proxy: idNumber });
export const retestId = defineId('proxy.retest', { proxy: idNumber });
export const editPageId = defineId('proxy.edit_page', { proxy: idNumber, page: idNumber });

/** Changes that the buttons of a card plan for its proxy. */
const CARD_CHANGES = ['move', 'deactivate', 'block', 'activate', 'release', 'remove'] as const;
export type CardChange = (typeof CARD_CHANGES)[number];
export const proxyChangeId = defineId('proxy.change', { proxy: idNumber, kind: z.enum(CARD_CHANGES) });

/** Reasons and results of checks get no more lines than they need. */
const REASON_CHARS = 120;

/** `ACCOUNTS_PER_PROXY` and `CURRENCY`. */
interface CardSettings {
  limit: number;
  currency: string;
}

/**
 * One proxy with its accounts. The card is public, so the username of the proxy is masked; usernames of accounts are masked for
 * viewers.
 *
 * @param done what has just been done
 */
export function proxyCard(proxy: ProxyDetails, settings: CardSettings, viewer: Viewer, done?: string): View {
  return fitView((longest) => ({
    components: [
      card(
        toneOf(proxy),
        text(
          `### #${proxy.id} · ${code(formatAddress(proxy.host, proxy.port))}`,
          headline(proxy, settings.limit),
          done && `✅ ${done} · ${formatActor(viewer.id)}`,
        ),
        text(...facts(proxy, settings.currency, longest)),
        text(...accounts(proxy, viewer.level, longest)),
        proxy.checks.length > 0 && text(...checks(proxy, longest)),
        ...buttons(proxy),
      ),
    ],
  }));
}

/** The actions that are possible in its state. */
function buttons({ id, removedAt, status, load, coolingUntil, hasCredentials, hasChangeIpUrl }: ProxyDetails) {
  const ids = { proxy: id };
  const change = (label: string, kind: CardChange, look?: 'danger' | 'success') =>
    button(label, proxyChangeId.encode({ proxy: id, kind }), look);
  const history = button('History', proxyHistoryId.encode(ids));
  if (removedAt) return [row(history)];
  // Each row fits on a phone, which wraps longer ones.
  return [
    row(
      hasCredentials && button('Credentials', credentialsId.encode(ids)),
      history,
      button('Retest', retestId.encode(ids)),
    ),
    row(
      load > 0 && change('Reassign', 'move'),
      load === 0 && coolingUntil !== null && change('Release', 'release', 'success'),
      ...EDIT_PAGES.map((_keys, page) => button(editLabel(page), editPageId.encode({ proxy: id, page }))),
    ),
    row(
      status === 'active' ? change('Deactivate', 'deactivate') : change('Activate', 'activate', 'success'),
      status !== 'blocked' && change('Block', 'block'),
      change('Remove', 'remove', 'danger'),
    ),
    hasChangeIpUrl && row(button('Change IP', changeIpId.encode(ids))),
  ];
}

function toneOf({ removedAt, status, health }: ProxyDetails): Tone {
  if (removedAt || status === 'inactive') return 'muted';
  if (status === 'blocked' || health === 'failing') return 'danger';
  return health === 'degraded' ? 'warn' : health === 'healthy' ? 'success' : 'neutral';
}

function headline({ removedAt, status, health, latencyMs, load }: ProxyDetails, limit: number): string {
  if (removedAt) return `**Removed** ${formatRelativeTime(removedAt)}`;
  const state = status === 'active' ? 'active' : `${STATUS_GLYPH[status]} **${status}**`;
  const latency = latencyMs === null ? '' : `, ${milliseconds(latencyMs)}`;
  return `**${load}/${limit}** accounts · ${state} · ${HEALTH_GLYPH[health]} ${health}${latency}`;
}

function facts(proxy: ProxyDetails, currency: string, longest: number): (string | false)[] {
  const cooling = proxy.coolingUntil ? ` (cooldown until ${formatDate(proxy.coolingUntil)})` : '';
  const pairs: [string, string | false | null][] = [
    ['Type', proxy.type],
    ['User', proxy.username !== '' && code(mask(proxy.username))],
    ['Model', proxy.model && `${escapeText(truncate(proxy.model, longest))}${cooling}`],
    ...detailFacts(proxy, { longest, currency }),
    ['Source', proxy.source && sourceText(proxy.source, proxy.missingSince, longest)],
    ['Exit IP', proxy.exitIp && exitIp(proxy)],
    ['Last used', proxy.lastUsedAt && formatRelativeTime(proxy.lastUsedAt)],
    [
      proxy.statusBy ? 'Status set by' : 'Status set',
      proxy.statusAt &&
        [
          proxy.statusBy && formatActor(proxy.statusBy),
          formatRelativeTime(proxy.statusAt),
          proxy.statusReason && escapeText(truncate(proxy.statusReason, longest)),
        ]
          .filter(Boolean)
          .join(' · '),
    ],
    ['Added', formatDate(proxy.createdAt)],
  ];
  return pairs.map(([name, value]) => (value ? `**${name}** ${value}` : false));
}

const sourceText = (source: string, missingSince: Date | null, longest: number): string =>
  `${escapeText(truncate(source, longest))}${missingSince ? ` · 🟡 missing since ${formatRelativeTime(missingSince)}` : ''}`;

function accounts({ accounts: assigned }: ProxyDetails, level: Level, longest: number): string[] {
  if (assigned.length === 0) return ['-# No accounts.'];
  return [
    `**${plural(assigned.length, 'account')}**`,
    ...assigned.map(
      (each) =>
        `${each.slot}. ${code(nameFor(level, each.username))} since ${formatRelativeTime(each.assignedAt)} · then ${escapeText(truncate(each.reason, Math.min(longest, REASON_CHARS)))}`,
    ),
  ];
}

/** The exit IP, with the previous one if it has changed. */
function exitIp({ exitIp: now, exitIpBefore, exitIpSince }: ProxyDetails): string {
  const since = exitIpSince ? ` since ${formatRelativeTime(exitIpSince)}` : '';
  return exitIpBefore === null ? code(now ?? '') : `${code(now ?? '')}${since}, previously ${code(exitIpBefore)}`;
}

/** The last checks, newest first. */
function checks({ checks: past }: ProxyDetails, longest: number): string[] {
  return [
    '**Last checks**',
    ...past.map(({ at, source, reporter, outcome, detail, totalMs }, index) => {
      const finding = findingOf(outcome);
      const by = source === 'report' ? ` · reported by ${escapeText(truncate(reporter ?? 'a program', 60))}` : '';
      const took = finding === 'success' && totalMs !== null ? `, ${milliseconds(totalMs)}` : '';
      const isSame = past[index - 1]?.detail === detail;
      const why =
        outcome === 'ok' || isSame ? '' : ` · ${escapeText(truncate(detail, Math.min(longest, REASON_CHARS)))}`;
      return `${FINDING_GLYPH[finding]} ${outcome}${took} · ${formatRelativeTime(at)}${by}${why}`;
    }),
  ];
}
