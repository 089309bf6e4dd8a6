import { toCsv } from '../../kit/csv.ts';
import type { View } from '../../kit/view.ts';
import {
  alertCard,
  alertDeactivateId,
  alertDetailsId,
  alertMuteId,
  alertReassignId,
  alertUnmuteId,
} from '../../views/alerts/alert-card.ts';
import { alertDetails, DETAILS_SHOWN, detailRows } from '../../views/alerts/alert-details.ts';
import { alertList, alertOpenId, alertPageId } from '../../views/alerts/alert-list.ts';
import type { Context } from '../define.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { planChange } from '../proxy/change/change.ts';

export const alertListCommand = defineCommand({
  name: 'alerts list',
  description: 'List open and muted alerts',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }) => alertList(await services.alerts.list()),
});

const MUTE_HOURS = 8;

async function muteAlert({ actor, services }: Context, id: number, hours: number): Promise<View> {
  await services.alerts.mute(actor, { alertId: id }, hours);
  return alertCard((await services.alerts.details(id)).alert);
}

export const alertButtons = [
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
      return planChange(context, { kind: 'move', target: { ids }, reason: `incident #${alert}` });
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
      });
    },
  }),
  defineComponent({
    id: alertMuteId,
    requires: 'operator',
    ack: 'update',
    run: (context, { alert }) => muteAlert(context, alert, MUTE_HOURS),
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
    async run({ services, upload }, { alert: id }) {
      const { alert, proxies } = await services.alerts.details(id);
      if (proxies.length <= DETAILS_SHOWN) return alertDetails(alert, proxies, new Date());
      const { fields, rows } = detailRows(proxies);
      const list = await packFile(`alert-${id}.csv`, toCsv(fields, rows), upload);
      return alertDetails(alert, proxies, new Date(), list);
    },
  }),
];
