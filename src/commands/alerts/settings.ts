import { UserError } from '../../base/errors.ts';
import { channel, choice, integer, text } from '../../discord/define/options.ts';
import { FAILOVERS } from '../../domain/incidents/incident.ts';
import { alertSettingsCard, muteCard } from '../../views/alerts/alert-settings.ts';
import { defineCommand } from '../define.ts';

export const alertSettingsCommand = defineCommand({
  name: 'alerts settings',
  description: 'Where alerts go and what they do; alone it shows them',
  options: {
    channel: channel('Where alerts go', {}),
    failures_to_alert: integer('Bad checks in a row before a proxy is failing', { min: 1, max: 20 }),
    failover: choice('What becomes of accounts on failing proxies', FAILOVERS, {}),
    digest_hour: integer('Hour of the daily digest in UTC; -1: none', { min: -1, max: 23 }),
    expiry_days: integer('Days before an expiry that it is announced; 0: never', { min: 0, max: 90 }),
  },
  requires: 'admin',
  ack: 'public',
  async run({ actor, services }, { channel: channelId, failures_to_alert, failover, digest_hour, expiry_days }) {
    const change = {
      ...(channelId !== undefined && { channelId }),
      ...(failures_to_alert !== undefined && { failuresToAlert: failures_to_alert }),
      ...(failover !== undefined && { failover }),
      ...(digest_hour !== undefined && { digestHour: digest_hour < 0 ? null : digest_hour }),
      ...(expiry_days !== undefined && { expiryDays: expiry_days }),
    };
    if (Object.keys(change).length === 0) return alertSettingsCard(await services.alerts.settings(), false);
    return alertSettingsCard(await services.alerts.changeSettings(actor, change), true);
  },
});

const DEFAULT_MUTE_HOURS = 8;

export const muteCommand = defineCommand({
  name: 'alerts mute',
  description: 'No new messages for a while; nothing named is everything',
  options: {
    proxy: text('Of this proxy', { autocomplete: 'proxy', maxLength: 300 }),
    provider: text('Of this provider', { autocomplete: 'provider' }),
    hours: integer('How long; 8 if nothing is said, 0 ends it', { min: 0, max: 24 * 90 }),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { proxy, provider, hours = DEFAULT_MUTE_HOURS }) {
    if (proxy !== undefined && provider !== undefined) {
      throw new UserError('two_targets', 'There is a proxy and a provider.', 'Name one of them.');
    }
    const proxyId = proxy === undefined ? null : await services.proxies.resolve(proxy);
    const until = await services.alerts.mute(actor, { proxyId, provider: provider ?? null }, hours);
    return muteCard(proxyId === null ? (provider ?? 'everything') : `#${proxyId}`, until);
  },
});
