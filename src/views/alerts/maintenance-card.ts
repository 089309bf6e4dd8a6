import type { Maintenance } from '../../domain/incidents/maintenance.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { escapeText, formatActor, formatDate, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { duration } from './duration.ts';

export const maintenanceEndId = defineId('maintenance.end', { maintenance: idNumber });

const LONGEST_NAME = 40;
const LONGEST_REASON = 200;

const subjectOf = ({ provider }: Maintenance): string =>
  provider === null ? 'Maintenance' : `Maintenance of ${escapeText(truncate(provider, LONGEST_NAME))}`;

const reasonOf = ({ reason }: Maintenance): string | null => reason && escapeText(truncate(reason, LONGEST_REASON));

/** The announcement of maintenance: planned, going on or over. */
export function maintenanceCard(maintenance: Maintenance): View {
  const { id, closedAt } = maintenance;
  return {
    components: [
      card(
        closedAt ? 'success' : 'warn',
        text(...linesOf(maintenance)),
        closedAt === null && row(button('End maintenance', maintenanceEndId.encode({ maintenance: id }))),
      ),
    ],
  };
}

function linesOf(maintenance: Maintenance): (string | null | false)[] {
  const { startsAt, endsAt, beganAt, closedAt, createdBy } = maintenance;
  const reason = reasonOf(maintenance);
  if (closedAt) return [...endOf(maintenance, closedAt), reason];
  const subject = subjectOf(maintenance);
  return [
    beganAt ? `### 🛠️ ${subject} until ${formatDate(endsAt)}` : `### 🗓️ ${subject} is planned`,
    !beganAt && `${formatDate(startsAt)} to ${formatDate(endsAt)} · ${duration(endsAt.getTime() - startsAt.getTime())}`,
    reason,
    'Checks go on. Incidents are recorded without a message, a mention or a failover.',
    `-# Announced by ${formatActor(createdBy)}`,
  ];
}

function endOf(maintenance: Maintenance, closedAt: Date): (string | null | false)[] {
  const { beganAt, closedBy, incidentId, leftFailing } = maintenance;
  const subject = subjectOf(maintenance);
  const by = closedBy !== null && closedBy !== 'system' && `-# Ended by ${formatActor(closedBy)}`;
  if (!beganAt) return [`### ✅ ${subject} was cancelled`, by];
  return [
    `### ✅ ${subject} is over after ${duration(closedAt.getTime() - beganAt.getTime())}`,
    leftFailing > 0
      ? `🔴 **${plural(leftFailing, 'proxy still fails', 'proxies still fail')}**: incident #${incidentId}`
      : incidentId === null
        ? 'No proxy failed in it.'
        : 'All proxies that failed in it have recovered.',
    by,
  ];
}

/** `🛠️ [Maintenance of acme](link) until 5 May 2026 14:00 · router replaced · @Otto` */
export function maintenanceLine(maintenance: Maintenance, guildId: string): string {
  const { startsAt, endsAt, beganAt, createdBy, message } = maintenance;
  const subject = subjectOf(maintenance);
  const linked = message
    ? `[${subject}](https://discord.com/channels/${guildId}/${message.channelId}/${message.id})`
    : subject;
  const when = beganAt ? `until ${formatDate(endsAt)}` : `${formatDate(startsAt)} to ${formatDate(endsAt)}`;
  return [`- 🛠️ ${linked} ${when}`, reasonOf(maintenance), formatActor(createdBy)].filter(Boolean).join(' · ');
}

/** The answer to the person who announced maintenance. */
export function maintenanceAnnounced(maintenance: Maintenance, channelId: string): View {
  const line = `### 🛠️ Announced in <#${channelId}>: ${subjectOf(maintenance)}`;
  const { startsAt, endsAt } = maintenance;
  const when = `${formatDate(startsAt)} to ${formatDate(endsAt)}. Press **End maintenance** on its message to end it early.`;
  return { components: [card('success', text(line, when))], audience: 'caller' };
}
