import type { AlertSettings } from '../../domain/incidents/incident.ts';
import { card, text } from '../../kit/parts.ts';
import { escapeText, formatDate, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const FAILOVER_WORDS = {
  off: 'off: alerts say nothing of moves',
  suggest: 'suggest: alerts say how many accounts could move; **Reassign** moves them',
  auto: 'auto: accounts leave failing proxies by themselves, at most a tenth of a provider’s an hour',
} as const;

/** How alerts are set, and how each of it is changed. */
export function alertSettingsCard(settings: AlertSettings, isChanged: boolean): View {
  const { channelId, failuresToAlert, failover, digestHour, expiryDays } = settings;
  return {
    components: [
      card(
        isChanged ? 'success' : 'neutral',
        text(
          isChanged ? '### ✅ Alerts are set' : '### Alert settings',
          `**Channel** ${channelId ? `<#${channelId}>` : 'none'}`,
          `**Failing** after ${plural(failuresToAlert, 'bad check')} in a row`,
          `**Failover** ${FAILOVER_WORDS[failover]}`,
          `**Digest** ${digestHour === null ? 'off' : `at ${String(digestHour).padStart(2, '0')}:00 UTC, every day`}`,
          `**Expiry** ${expiryDays === 0 ? 'not announced' : `announced ${plural(expiryDays, 'day')} before`}`,
          !isChanged && '-# Change them with the options of `/alerts settings`.',
        ),
      ),
    ],
  };
}

/** What is muted now, or no longer. */
export function muteCard(what: string, until: Date | null): View {
  const name = escapeText(truncate(what, 100));
  const line = until
    ? `### 🔕 Muted: ${name}, until ${formatDate(until)}\nIt makes no new message until then; \`/alerts list\` shows it, \`hours: 0\` ends it.`
    : `### 🔔 No longer muted: ${name}`;
  return { components: [card('muted', text(line))] };
}
