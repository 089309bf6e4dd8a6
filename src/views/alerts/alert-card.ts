import type { APIContainerComponent } from 'discord.js';
import type { Alert, IncidentAlert, Notice } from '../../domain/incidents/incident.ts';
import type { Picture } from '../../domain/picture.ts';
import { sumOf } from '../../domain/sum.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, selectMenu, text } from '../../kit/parts.ts';
import { count, escapeText, formatRelativeTime, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { digestCard } from './digest-card.ts';
import { duration } from './duration.ts';
import { incidentLines, incidentTitle, mutedLine, ownerLine, threadLine } from './incident/incident-text.ts';
import { timelineLines } from './incident/incident-timeline.ts';
import { weeklyCard } from './weekly-card.ts';

export const alertAcknowledgeId = defineId('alert.acknowledge', { alert: idNumber });
export const alertHandOverId = defineId('alert.hand_over', { alert: idNumber });
export const alertNoteId = defineId('alert.note', { alert: idNumber });
export const alertRetestId = defineId('alert.retest', { alert: idNumber });
export const alertExpiryId = defineId('alert.expiry', { alert: idNumber });
export const alertReassignId = defineId('alert.reassign', { alert: idNumber });
export const alertDeactivateId = defineId('alert.deactivate', { alert: idNumber });
export const alertMuteId = defineId('alert.mute', { alert: idNumber });
export const alertUnmuteId = defineId('alert.unmute', { alert: idNumber });
export const alertDetailsId = defineId('alert.details', { alert: idNumber });

/** The message of an alert in its current state. A digest or a weekly report may have a chart, which is null if it could not be drawn. */
export function alertCard(alert: Alert, chart?: Picture | null): View {
  const files = chart ? [{ name: chart.fileName, data: chart.png }] : undefined;
  return { components: [container(alert, chart)], ...(files && { files }) };
}

function container(alert: Alert, chart: Picture | null | undefined): APIContainerComponent {
  switch (alert.kind) {
    case 'monitor':
      return monitorCard(alert);
    case 'digest':
      return digestCard(alert.figures, alert.openedAt, chart);
    case 'weekly':
      return weeklyCard(alert.figures, alert.openedAt, chart);
    case 'notice':
      return noticeCard(alert.notice);
    default:
      return incidentCard(alert);
  }
}

function incidentCard(alert: IncidentAlert): APIContainerComponent {
  const { id, kind, open, closedAt, models } = alert;
  const isResolved = kind !== 'expiry' && closedAt !== null;
  const tone = isResolved ? 'success' : kind === 'failing' ? 'danger' : 'warn';
  const hasAccounts = models.length > 0;
  const isFailing = kind === 'failing';
  return card(
    tone,
    text(incidentTitle(alert), ...incidentLines(alert)),
    row(
      !isResolved && kind !== 'expiry' && ownerButton(alert),
      !isResolved && isFailing && button('Retest', alertRetestId.encode({ alert: id }), 'primary'),
      kind === 'expiry' && button('Set expiry', alertExpiryId.encode({ alert: id }), 'primary', open === 0),
      !isResolved &&
        button(
          'Reassign',
          alertReassignId.encode({ alert: id }),
          hasAccounts && isFailing ? 'primary' : 'secondary',
          !hasAccounts,
        ),
      !isResolved && isFailing && button('Deactivate', alertDeactivateId.encode({ alert: id }), 'danger', open === 0),
    ),
    row(
      !isResolved && kind !== 'expiry' && noteButton(alert),
      !isResolved && kind !== 'expiry' && unmuteButton(alert),
      button('Details', alertDetailsId.encode({ alert: id })),
    ),
    !isResolved && kind !== 'expiry' && muteMenu(alert),
  );
}

const LONGEST_REASON = 500;

function monitorCard(alert: Extract<Alert, { kind: 'monitor' }>): APIContainerComponent {
  const { reason, openedAt, closedAt } = alert;
  if (closedAt) {
    const lasted = duration(closedAt.getTime() - openedAt.getTime());
    return card(
      'success',
      text(
        `### ✅ Monitoring has recovered after ${lasted}`,
        `The problem was: ${escapeText(truncate(reason, LONGEST_REASON))}`,
        threadLine(alert),
      ),
    );
  }
  return card(
    'warn',
    text(
      '### 🛠️ Monitoring problem',
      escapeText(truncate(reason, LONGEST_REASON)),
      `**Proxy health is frozen** until it is resolved · started ${formatRelativeTime(openedAt)}`,
      ownerLine(alert),
      mutedLine(alert),
      threadLine(alert),
      ...timelineLines(alert.events),
    ),
    row(ownerButton(alert), noteButton(alert), unmuteButton(alert)),
    muteMenu(alert),
  );
}

const ownerButton = ({ id, ownership }: Pick<Alert, 'id' | 'ownership'>) =>
  ownership
    ? button('Hand over', alertHandOverId.encode({ alert: id }))
    : button('Acknowledge', alertAcknowledgeId.encode({ alert: id }), 'success');

const noteButton = ({ id }: Pick<Alert, 'id'>) => button('Add note', alertNoteId.encode({ alert: id }));

const unmuteButton = ({ id, mutedUntil, maintainedUntil }: Pick<Alert, 'id' | 'mutedUntil' | 'maintainedUntil'>) =>
  mutedUntil && !maintainedUntil && button('Unmute', alertUnmuteId.encode({ alert: id }));

/** How long an incident can be muted from its message, in minutes. */
const MUTES: readonly [label: string, minutes: number][] = [
  ['30 minutes', 30],
  ['2 hours', 2 * 60],
  ['8 hours', 8 * 60],
  ['24 hours', 24 * 60],
];

const muteMenu = ({ id }: Pick<Alert, 'id'>) =>
  selectMenu(
    alertMuteId.encode({ alert: id }),
    'Mute for',
    MUTES.map(([label, minutes]) => ({ label, value: String(minutes) })),
  );

const MODELS_NAMED = 12;
const LONGEST_NAME = 40;

function noticeCard(notice: Notice): APIContainerComponent {
  if (notice.kind === 'served') return card('success', text(servedLine(notice)));
  if (notice.kind === 'source_failing') return sourceFailing(notice);
  const { channelId, problem } = notice;
  const why = problem === 'channel_gone' ? 'was deleted' : 'does not let the bot post any more';
  return card(
    'danger',
    text(
      `### ⚠️ The alert channel <#${channelId}> ${why}`,
      'Alerts come to this channel from now on. To use another one, run `/alerts settings channel:`.',
    ),
  );
}

const sourceFailing = ({ source, message }: Extract<Notice, { kind: 'source_failing' }>) =>
  card(
    'danger',
    text(
      `### ⚠️ The source ${escapeText(source)} fails`,
      escapeText(message),
      'Two syncs in a row could not read its list. Its proxies stay as they are. See `/source show`.',
    ),
  );

/** "12 waiting accounts got a proxy: amber 8, bella 4" */
function servedLine({ models }: Extract<Notice, { kind: 'served' }>): string {
  const total = sumOf(models, (model) => model.count);
  const named = models
    .slice(0, MODELS_NAMED)
    .map((model) => `${escapeText(truncate(model.name, LONGEST_NAME))} ${count(model.count)}`);
  const more = models.length > MODELS_NAMED ? ', …' : '';
  return `✅ **${plural(total, 'waiting account')} got a proxy**: ${named.join(', ')}${more}`;
}
