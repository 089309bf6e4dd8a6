import { integer, text } from '../../discord/define/options.ts';
import { LONGEST_MAINTENANCE_HOURS } from '../../domain/incidents/maintenance.ts';
import { maintenanceAnnounced, maintenanceCard, maintenanceEndId } from '../../views/alerts/maintenance-card.ts';
import { defineCommand, defineComponent } from '../define.ts';

export const maintenanceCommand = defineCommand({
  name: 'alerts maintenance',
  description: 'Announce maintenance: no messages, mentions or failover',
  options: {
    hours: integer('How many hours it lasts', { required: true, min: 1, max: LONGEST_MAINTENANCE_HOURS }),
    provider: text('The provider that it concerns; all if left out', { autocomplete: 'provider' }),
    reason: text('The reason, shown in the announcement', { maxLength: 200 }),
    start: text('When it starts (UTC): 22:00 or 2026-12-01 22:00; now if left out', { maxLength: 40 }),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { hours, provider, reason, start }) {
    const named = provider === undefined ? undefined : await services.proxies.resolveProvider(provider);
    const announced = await services.maintenance.announce(actor, { provider: named, hours, reason, start });
    const { channelId } = await services.alerts.settings();
    return maintenanceAnnounced(announced, channelId);
  },
});

export const maintenanceButtons = [
  defineComponent({
    id: maintenanceEndId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { maintenance }) =>
      maintenanceCard(await services.maintenance.end(actor, maintenance)),
  }),
];
