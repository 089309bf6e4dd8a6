import type { AlertSettings } from '../../domain/incidents/incident.ts';
import { card, text } from '../../kit/parts.ts';
import { escapeText, formatDate, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

const FAILOVER_WORDS = {
  off: 'off: accounts are never moved automatically and no moves are suggested',
  suggest: 'suggest: alerts show how many accounts can move; **Reassign** moves them',
  auto: 'auto: accounts are moved off failing proxies automatically, at most a tenth of a provider’s accounts per hour',
} as const;

/** The alert settings. */
export function alertSettingsCard(settings: AlertSettings, isChanged: boolean): View {
  const { channelId, failuresToAlert, failover, digestHour, expiryDays } = settings;
  return {
    components: [
      card(
        isChanged ? 'success' : 'neutral',
        text(
          isChanged ? '### ✅ Alert settings saved' : '### Alert settings',
          `**Channel** ${channelId ? `<#${channelId}>` : 'none'}`,
          `**Failing** after ${plural(failuresToAlert, 'failed check')} in a row`,
          `**Failover** ${FAILOVER_WORDS[failover]}`,
          `**Digest** ${digestHour === null ? 'off' : `daily at ${String(digestHour).padStart(2, '0')}:00 UTC`}`,
          `**Expiry** ${expiryDays === 0 ? 'not announced' : `announced ${plural(expiryDays, 'day')} before`}`,
          !isChanged && '-# Use the options of `/alerts settings` to change them.',
        ),
      ),
    ],
  };
}

/** The result of muting or unmuting. */
export function muteCard(what: string, until: Date | null): View {
  const name = escapeText(truncate(what, 100));
  const line = until
    ? `### 🔕 Muted until ${formatDate(until)}: ${name}\nNo new messages until then. It stays visible in \`/alerts list\`; use \`hours: 0\` to unmute.`
    : `### 🔔 Unmuted: ${name}`;
  return { components: [card('muted', text(line))] };
}
