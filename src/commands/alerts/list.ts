import { UserError } from '../../base/errors.ts';
import { textField } from '../../discord/define/modal.ts';
import { toCsv } from '../../kit/csv.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import type { View } from '../../kit/view.ts';
import {
  alertCard,
  alertDeactivateId,
  alertDetailsId,
  alertExpiryId,
  alertMuteId,
  alertReassignId,
  alertUnmuteId,
} from '../../views/alerts/alert-card.ts';
import { alertDetails, DETAILS_SHOWN, detailRows } from '../../views/alerts/alert-details.ts';
import { alertList, alertOpenId, alertPageId } from '../../views/alerts/alert-list.ts';
import type { Context } from '../define.ts';
import { defineCommand, defineComponent, defineModal } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { planChange } from '../proxy/change/change.ts';
import { understand } from '../proxy/change/edit-one.ts';

export const alertListCommand = defineCommand({
  name: 'alerts list',
  description: 'List open and muted alerts',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }) => alertList(await services.alerts.list()),
});

/** For the button `Mute` on messages of earlier versions. */
const MUTE_MINUTES = 8 * 60;

async function muteAlert({ actor, services }: Context, id: number, minutes: number): Promise<View> {
  await services.alerts.mute(actor, { alertId: id }, minutes);
  return alertCard((await services.alerts.details(id)).alert);
}

/** A new expiry for the proxies that were announced, which is previewed like any other edit. */
const expiryModal = defineModal({
  id: defineId('alert.new_expiry', { alert: idNumber }),
  title: 'Expiry of the announced proxies',
  fields: { expiresAt: textField('New expiry', { placeholder: '2026-12-31 or 2026-12-31 18:00' }) },
  requires: 'operator',
  ack: 'public',
  async run(context, { alert }, { expiresAt }) {
    if (expiresAt === undefined) throw new UserError('nothing_to_set', 'No expiry given.', 'Press Set expiry again.');
    const ids = await context.services.alerts.openProxies(alert);
    return planChange(context, { kind: 'edit', target: { ids }, edit: understand({ expiresAt }) });
  },
});

export const alertButtons = [
  expiryModal,
  defineComponent({
    id: alertExpiryId,
    requires: 'operator',
    ack: 'modal',
    run: async (_context, { alert }) => expiryModal.open({ alert }),
  }),
  defineComponent({
    id: alertPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ services }, { list, ...from }) => alertList(await services.alerts.page(list, from)),
  }),
  defineComponent({
    id: alertOpenId,
    requires: 'viewer',
    ack: 'ephemeral',
    run: async ({ services }, _params, [id = '0']) => alertCard((await services.alerts.details(Number(id))).alert),
  }),
  defineComponent({
    id: alertReassignId,
    requires: 'operator',
    ack: 'public',
    run: async (context, { alert }) => {
      const ids = await context.services.alerts.openProxies(alert);
      return planChange(context, { kind: 'move', target: { ids }, reason: `incident #${alert}`, incidentId: alert });
    },
  }),
  defineComponent({
    id: alertDeactivateId,
    requires: 'operator',
    ack: 'public',
    run: async (context, { alert }) => {
      const ids = await context.services.alerts.openProxies(alert);
      return planChange(context, {
        kind: 'deactivate',
        target: { ids },
        isBlocked: false,
        reason: `incident #${alert}`,
        incidentId: alert,
      });
    },
  }),
  defineComponent({
    id: alertMuteId,
    requires: 'operator',
    ack: 'update',
    run: (context, { alert }, [minutes]) => muteAlert(context, alert, Number(minutes ?? MUTE_MINUTES)),
  }),
  defineComponent({
    id: alertUnmuteId,
    requires: 'operator',
    ack: 'update',
    run: (context, { alert }) => muteAlert(context, alert, 0),
  }),
  defineComponent({
    id: alertDetailsId,
    requires: 'viewer',
    ack: 'ephemeral',
    async run({ services, upload, commands }, { alert: id }) {
      const { alert, ...found } = await services.alerts.details(id);
      const shown = { ...found, now: new Date(), commands: commands() };
      if (found.proxies.length <= DETAILS_SHOWN) return alertDetails(alert, shown);
      const { fields, rows } = detailRows(found.proxies);
      const list = await packFile(`alert-${id}.csv`, () => toCsv(fields, rows), upload);
      return alertDetails(alert, shown, list);
    },
  }),
];
