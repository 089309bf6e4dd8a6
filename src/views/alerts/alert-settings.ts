import { escalationRule } from '../../domain/incidents/escalation.ts';
import type { AlertSettings } from '../../domain/incidents/incident.ts';
import { writeQuietHours } from '../../domain/incidents/quiet-hours.ts';
import { type SetupProblem, setupLine } from '../../domain/messages/setup.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { cancelledLine } from '../../kit/plan-lines.ts';
import { escapeText, formatActor, formatDate, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const FAILOVER_WORDS = {
  off: 'off: accounts are never moved automatically and no moves are suggested',
  suggest: 'suggest: alerts show how many accounts can move; **Reassign** moves them',
  auto: 'auto: accounts are moved off failing proxies automatically, at most a tenth of a provider’s accounts per hour',
} as const;

/** The alert settings, and what keeps the bot from its work. */
export function alertSettingsCard(
  settings: AlertSettings,
  isChanged: boolean,
  problems: readonly SetupProblem[] = [],
): View {
  const { channelId, failuresToAlert, failover, digestHour, weeklyDay, expiryDays, threads } = settings;
  return {
    components: [
      card(
        problems.length > 0 ? 'warn' : isChanged ? 'success' : 'neutral',
        text(
          isChanged ? '### ✅ Alert settings saved' : '### Alert settings',
          `**Channel** ${channelId ? `<#${channelId}>` : 'none'}`,
          `**Failing** after ${plural(failuresToAlert, 'failed check')} in a row`,
          `**Failover** ${FAILOVER_WORDS[failover]}`,
          `**Digest** ${digestHour === null ? 'off' : `daily at ${String(digestHour).padStart(2, '0')}:00 UTC`}`,
          `**Weekly report** ${weeklyDay === null ? 'off' : `on ${capital(weeklyDay)}`}`,
          `**Expiry** ${expiryDays === 0 ? 'not announced' : `announced ${plural(expiryDays, 'day')} before`}`,
          `**Escalation** ${escalationWords(settings)}`,
          `**Threads** ${threads ? 'on: each incident has a thread with its timeline and notes' : 'off'}`,
          ...problems.map((problem) => `⚠️ ${escapeText(setupLine(problem))}`),
          !isChanged && '-# Use the options of `/alerts settings` to change them.',
        ),
      ),
    ],
  };
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function escalationWords(settings: AlertSettings): string {
  const rule = escalationRule(settings);
  if (!rule) return 'off: set `escalate_role` to mention a role about incidents that are not acknowledged';
  const { escalateAfter, escalateMinAccounts, quietHours } = settings;
  const from = escalateMinAccounts > 0 ? ` from ${plural(escalateMinAccounts, 'affected account')}` : '';
  const quiet = quietHours === null ? '' : ` · not ${writeQuietHours(quietHours)}`;
  return `<@&${rule.role}> after ${plural(escalateAfter, 'minute')} without an acknowledgement${from}${quiet}`;
}

export const muteAllId = defineId('alerts.mute_all', { hours: idNumber });
export const muteAllBackId = defineId('alerts.mute_all_back', {});

/** Asks before it silences everything: an outage would then come without a message. */
export function muteAllQuestion(hours: number): View {
  return {
    components: [
      card(
        'warn',
        text(
          `### Mute all alerts for ${plural(hours, 'hour')}?`,
          'No outage is announced until then. To mute less, name a `proxy` or a `provider`.',
        ),
        row(
          button(`Mute all for ${plural(hours, 'hour')}`, muteAllId.encode({ hours }), 'danger'),
          button('Cancel', muteAllBackId.encode({})),
        ),
      ),
    ],
  };
}

export function muteAllCancelled(by: string): View {
  return {
    components: [card('muted', text('### Mute all alerts', cancelledLine(by)))],
  };
}

/** The result of muting or unmuting. */
export function muteCard(what: string, until: Date | null, by: string): View {
  const name = escapeText(truncate(what, 100));
  const line = until
    ? `### 🔕 Muted until ${formatDate(until)}: ${name} · ${formatActor(by)}\nNo new messages until then. \`/alerts list\` still shows them. \`hours: 0\` unmutes.`
    : `### 🔔 Unmuted: ${name} · ${formatActor(by)}`;
  return { components: [card('muted', text(line))] };
}
