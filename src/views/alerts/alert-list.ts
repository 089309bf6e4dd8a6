import type { APISelectMenuOption } from 'discord.js';
import type { AlertKind, AlertSummary, Mute } from '../../domain/incidents/incident.ts';
import type { DeliveryProblem } from '../../domain/messages/delivery-problem.ts';
import { defineId } from '../../kit/custom-id.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { card, selectMenu, text } from '../../kit/parts.ts';
import {
  count,
  escapeText,
  formatActor,
  formatDate,
  formatRelativeTime,
  plain,
  plural,
  truncate,
} from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const alertOpenId = defineId('alert.open', {});

const GLYPHS: Record<AlertKind, string> = {
  failing: '🔴',
  exit_ip_conflict: '🟠',
  monitor: '🛠️',
  expiry: '⏳',
  digest: '📋',
  notice: '✅',
};

const NAMES: Record<AlertKind, string> = {
  failing: 'failing',
  exit_ip_conflict: 'in an exit IP conflict',
  monitor: 'monitoring problem',
  expiry: 'expiring soon',
  digest: 'daily digest',
  notice: 'announcement',
};

const PROBLEMS: Record<DeliveryProblem, string> = {
  channel_gone: 'the channel no longer exists',
  no_access: 'the bot has no permission to post in the channel',
  refused: 'Discord rejected the message; see the log',
  unavailable: 'Discord is not reachable; the bot keeps trying',
};

/** So many lines fit into one message, with a link and long names in each. */
const LINES_SHOWN = 8;
const MUTES_SHOWN = 6;
const LONGEST_NAME = 40;

/** Open, undelivered and muted alerts. */
export function alertList(list: {
  alerts: readonly AlertSummary[];
  total: number;
  mutes: readonly Mute[];
  channelId: string;
  guildId: string;
}): View {
  const { alerts, total, mutes, channelId, guildId } = list;
  const shown = alerts.slice(0, LINES_SHOWN);
  const undelivered = alerts.filter((alert) => alert.problem !== null);
  const problem = undelivered[0]?.problem;
  const tone = problem ? 'danger' : total > 0 ? 'warn' : 'success';
  return {
    components: [
      card(
        tone,
        text(
          total === 0 ? '### No open alerts' : `### ${plural(total, 'alert')}`,
          problem && problemLine(problem, undelivered.length, channelId),
          ...shown.map((alert) => alertLine(alert, guildId)),
          total > shown.length && `-# and ${count(total - shown.length)} more`,
        ),
        mutes.length > 0 &&
          text(
            `**Muted**`,
            ...mutes.slice(0, MUTES_SHOWN).map(muteLine),
            mutes.length > MUTES_SHOWN && `-# and ${count(mutes.length - MUTES_SHOWN)} more`,
          ),
        alerts.length > 0 &&
          selectMenu(alertOpenId.encode({}), 'Open an alert', alerts.slice(0, LIMITS.selectOptions).map(alertOption)),
      ),
    ],
  };
}

function problemLine(problem: DeliveryProblem, many: number, channelId: string): string {
  const next =
    problem === 'channel_gone' || problem === 'no_access' ? ' Choose another channel: `/alerts settings channel:`' : '';
  return `⚠️ **${plural(many, 'alert')} not delivered** to <#${channelId}>: ${PROBLEMS[problem]}.${next}`;
}

function alertLine(alert: AlertSummary, guildId: string): string {
  const { id, kind, open, accounts, providers, outcomes, openedAt, mutedUntil, message, wasDeleted } = alert;
  const link = message
    ? `[Alert ${id}](https://discord.com/channels/${guildId}/${message.channelId}/${message.id})`
    : `Alert ${id}`;
  const what = open > 0 ? `${plural(open, 'proxy', 'proxies')} ${NAMES[kind]}` : NAMES[kind];
  const parts = [
    `${GLYPHS[kind]} ${link}: **${what}**`,
    providers.length > 0 && escapeText(truncate(providers.join(', '), LONGEST_NAME)),
    kind === 'failing' && escapeText(outcomes.slice(0, 3).join(', ')),
    open > 0 && plural(accounts, 'account'),
    formatRelativeTime(openedAt),
    mutedUntil && `🔕 until ${formatDate(mutedUntil)}`,
    wasDeleted && 'its message was deleted',
  ];
  return parts.filter(Boolean).join(' · ');
}

function alertOption({ id, kind, open, providers }: AlertSummary): APISelectMenuOption {
  const what = open > 0 ? `${plural(open, 'proxy', 'proxies')} ${NAMES[kind]}` : NAMES[kind];
  const label = truncate(`Alert ${id} · ${what}`, LIMITS.option);
  const description = truncate(plain(providers.join(', ')), LIMITS.option);
  return { label, value: String(id), ...(description.trim() !== '' && { description }) };
}

function muteLine({ alertId, proxyId, provider, until, by }: Mute): string {
  const what =
    alertId !== null
      ? `alert ${alertId}`
      : proxyId !== null
        ? `#${proxyId}`
        : provider !== null
          ? escapeText(truncate(provider, LONGEST_NAME))
          : 'all alerts';
  return `- 🔕 ${what} until ${formatDate(until)} · ${formatActor(by)}`;
}
