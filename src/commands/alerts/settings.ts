import { UserError } from '../../base/errors.ts';
import { channel, choice, integer, role, text } from '../../discord/define/options.ts';
import { assertRole } from '../../discord/dispatch/authorise.ts';
import { FAILOVERS } from '../../domain/incidents/incident.ts';
import { type QuietHours, readQuietHours } from '../../domain/incidents/quiet-hours.ts';
import { WEEKDAYS } from '../../domain/incidents/weekly.ts';
import {
  alertSettingsCard,
  muteAllBackId,
  muteAllCancelled,
  muteAllId,
  muteAllQuestion,
  muteCard,
} from '../../views/alerts/alert-settings.ts';
import { defineCommand, defineComponent } from '../define.ts';

const WEEKLY = ['off', ...WEEKDAYS] as const;
const SWITCH = ['on', 'off'] as const;

export const alertSettingsCommand = defineCommand({
  name: 'alerts settings',
  description: 'Show alert settings; admins can change them',
  options: {
    channel: channel('Channel that alerts are posted to', {}),
    failures_to_alert: integer('Failed checks in a row until a proxy counts as failing', { min: 1, max: 20 }),
    failover: choice('What to do with accounts on failing proxies', FAILOVERS, {}),
    digest_hour: integer('Hour of the daily digest (UTC); -1 turns it off', { min: -1, max: 23 }),
    expiry_days: integer('Announce expiries so many days before; 0 turns it off', { min: 0, max: 90 }),
    escalate_role: role('Role to mention about an incident that is not acknowledged', {}),
    escalate_after: integer('Minutes until that role is mentioned; 0 turns it off', { min: 0, max: 24 * 60 }),
    escalate_min_accounts: integer('Number of affected accounts from which it is mentioned', { min: 0, max: 10_000 }),
    weekly_day: choice('Day of the weekly report', WEEKLY, {}),
    threads: choice('A thread for each incident, with its timeline and notes', SWITCH, {}),
    quiet_hours: text('No mentions then, such as 22:00-07:00 Europe/Berlin; off', { maxLength: 60 }),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, options) {
    const { channel: channelId, failures_to_alert, failover, digest_hour, expiry_days } = options;
    const { escalate_role, escalate_after, escalate_min_accounts, quiet_hours, weekly_day, threads } = options;
    const change = {
      ...(channelId !== undefined && { channelId }),
      ...(failures_to_alert !== undefined && { failuresToAlert: failures_to_alert }),
      ...(failover !== undefined && { failover }),
      ...(digest_hour !== undefined && { digestHour: digest_hour < 0 ? null : digest_hour }),
      ...(expiry_days !== undefined && { expiryDays: expiry_days }),
      ...(escalate_role !== undefined && { escalateRole: escalate_role }),
      ...(escalate_after !== undefined && { escalateAfter: escalate_after }),
      ...(escalate_min_accounts !== undefined && { escalateMinAccounts: escalate_min_accounts }),
      ...(weekly_day !== undefined && { weeklyDay: weekly_day === 'off' ? null : weekly_day }),
      ...(threads !== undefined && { threads: threads === 'on' }),
      ...(quiet_hours !== undefined && { quietHours: quietHoursIn(quiet_hours) }),
    };
    const isChanged = Object.keys(change).length > 0;
    if (isChanged) assertRole(actor.level, 'admin');
    const settings = await (isChanged ? services.alerts.changeSettings(actor, change) : services.alerts.settings());
    return alertSettingsCard(settings, isChanged, await services.setup.problems());
  },
});

function quietHoursIn(written: string): QuietHours | null {
  if (written.toLowerCase() === 'off') return null;
  const hours = readQuietHours(written);
  if (hours) return hours;
  throw new UserError(
    'bad_option',
    'Invalid quiet hours.',
    'Use two times and a time zone, such as 22:00-07:00 Europe/Berlin, or off.',
  );
}

const DEFAULT_MUTE_HOURS = 8;

export const muteCommand = defineCommand({
  name: 'alerts mute',
  description: 'Mute a proxy, a provider, or (after a question) all alerts',
  options: {
    proxy: text('Mute alerts of this proxy', { autocomplete: 'proxy', maxLength: 300 }),
    provider: text('Mute alerts of this provider', { autocomplete: 'provider' }),
    hours: integer('Hours to mute (default 8); 0 unmutes', { min: 0, max: 24 * 90 }),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { proxy, provider, hours = DEFAULT_MUTE_HOURS }) {
    if (proxy !== undefined && provider !== undefined) {
      throw new UserError('two_targets', 'Use either a proxy or a provider.', 'Remove one of them.');
    }
    // The mute of a proxy that was removed can still be ended.
    const withRemoved = hours === 0;
    const proxyId = proxy === undefined ? null : await services.proxies.resolve(proxy, { withRemoved });
    const named = provider === undefined ? null : await services.proxies.resolveProvider(provider);
    if (proxyId === null && named === null && hours > 0) return muteAllQuestion(hours);
    const until = await services.alerts.mute(actor, { proxyId, provider: named }, hours * 60);
    return muteCard(proxyId === null ? (named ?? 'all alerts') : `#${proxyId}`, until, actor.id);
  },
});

export const muteButtons = [
  defineComponent({
    id: muteAllId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { hours }) =>
      muteCard('all alerts', await services.alerts.mute(actor, {}, hours * 60), actor.id),
  }),
  defineComponent({
    id: muteAllBackId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor }) => muteAllCancelled(actor.id),
  }),
];
