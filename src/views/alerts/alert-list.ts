import type { APISelectMenuOption } from 'discord.js';
import type { AlertKind, AlertPage, AlertSummary, Mute, Undelivered } from '../../domain/incidents/incident.ts';
import type { DeliveryProblem } from '../../domain/messages/delivery-problem.ts';
import { defineId } from '../../kit/custom-id.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { pageButtons, pageNumber, pageParams } from '../../kit/paging.ts';
import { card, row, selectMenu, text } from '../../kit/parts.ts';
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

export const alertPageId = defineId('alert.page', pageParams);

import { alertName } from './alert-name.ts';
import { maintenanceLine } from './maintenance-card.ts';

export const alertOpenId = defineId('alert.open', {});

const GLYPHS: Record<AlertKind, string> = {
  failing: '🔴',
  exit_ip_conflict: '🟠',
  monitor: '🛠️',
  expiry: '⏳',
  digest: '📋',
  weekly: '🗓️',
  notice: '✅',
};

const NAMES: Record<AlertKind, string> = {
  failing: 'failing',
  exit_ip_conflict: 'in an exit IP conflict',
  monitor: 'monitoring problem',
  expiry: 'expiring soon',
  digest: 'daily digest',
  weekly: 'weekly report',
  notice: 'announcement',
};

const PROBLEMS: Record<DeliveryProblem, string> = {
  channel_gone: 'the channel no longer exists',
  no_access: 'the bot has no permission to post in the channel',
  refused: 'Discord rejected the message; see the log',
  unavailable: 'Discord is not reachable; the bot keeps trying',
};

const MUTES_SHOWN = 5;
const LONGEST_NAME = 40;

/** A page of open and undelivered alerts, with everything that is muted. */
export function alertList(page: AlertPage): View {
  const { rows, total, undelivered, mutes, maintenances, channelId, guildId } = page;
  const tone = undelivered ? 'danger' : total > 0 ? 'warn' : 'success';
  const number = pageNumber(page);
  return {
    components: [
      card(
        tone,
        text(
          total === 0 ? '### No open alerts' : `### ${plural(total, 'alert')}`,
          number && `-# ${number}`,
          undelivered && problemLine(undelivered, channelId),
          ...rows.map((alert) => alertLine(alert, guildId)),
        ),
        maintenances.length > 0 &&
          text('**Maintenance**', ...maintenances.slice(0, MUTES_SHOWN).map((each) => maintenanceLine(each, guildId))),
        mutes.length > 0 &&
          text(
            `**Muted**`,
            ...mutes.slice(0, MUTES_SHOWN).map(muteLine),
            mutes.length > MUTES_SHOWN && `-# and ${count(mutes.length - MUTES_SHOWN)} more`,
          ),
        row(...pageButtons(alertPageId, page)),
        rows.length > 0 && selectMenu(alertOpenId.encode({}), 'Open an alert', rows.map(alertOption)),
      ),
    ],
  };
}

function problemLine({ problem, count: many }: Undelivered, channelId: string): string {
  const next =
    problem === 'channel_gone' || problem === 'no_access' ? ' Choose another channel: `/alerts settings channel:`' : '';
  return `⚠️ **${plural(many, 'alert')} not delivered** to <#${channelId}>: ${PROBLEMS[problem]}.${next}`;
}

function alertLine(alert: AlertSummary, guildId: string): string {
  const { kind, open, accounts, providers, outcomes, openedAt, mutedUntil, message, wasDeleted, ownerId } = alert;
  const link = message
    ? `[${alertName(alert)}](https://discord.com/channels/${guildId}/${message.channelId}/${message.id})`
    : alertName(alert);
  const what = open > 0 ? `${plural(open, 'proxy', 'proxies')} ${NAMES[kind]}` : NAMES[kind];
  const parts = [
    `${GLYPHS[kind]} ${link}: **${what}**`,
    providers.length > 0 && escapeText(truncate(providers.join(', '), LONGEST_NAME)),
    kind === 'failing' && escapeText(outcomes.slice(0, 3).join(', ')),
    open > 0 && plural(accounts, 'account'),
    formatRelativeTime(openedAt),
    ownerId !== null && `👤 ${formatActor(ownerId)}`,
    mutedUntil && `🔕 until ${formatDate(mutedUntil)}`,
    wasDeleted && 'its message was deleted',
  ];
  return parts.filter(Boolean).join(' · ');
}

function alertOption(alert: AlertSummary): APISelectMenuOption {
  const { id, kind, open, providers } = alert;
  const what = open > 0 ? `${plural(open, 'proxy', 'proxies')} ${NAMES[kind]}` : NAMES[kind];
  const label = truncate(`${alertName(alert)} · ${what}`, LIMITS.option);
  const description = truncate(plain(providers.join(', ')), LIMITS.option);
  return { label, value: String(id), ...(description.trim() !== '' && { description }) };
}

function muteLine({ alertId, proxyId, provider, until, by }: Mute): string {
  const what =
    alertId !== null
      ? `incident #${alertId}`
      : proxyId !== null
        ? `#${proxyId}`
        : provider !== null
          ? escapeText(truncate(provider, LONGEST_NAME))
          : 'all alerts';
  return `- 🔕 ${what} until ${formatDate(until)} · ${formatActor(by)}`;
}
