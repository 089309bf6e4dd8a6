import { textField } from '../../discord/define/modal.ts';
import { text } from '../../discord/define/options.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import {
  historyCsv,
  historyDayId,
  historyExportId,
  historyList,
  historyPageId,
} from '../../views/history/history-list.ts';
import { proxyHistoryId } from '../../views/proxy/card.ts';
import { defineCommand, defineComponent, defineModal } from '../define.ts';
import { exportLog } from '../export-log.ts';

export const historyCommand = defineCommand({
  name: 'proxy history',
  description: 'Show which account used which proxy, and when',
  options: {
    proxy: text('Only this proxy', { autocomplete: 'proxy', maxLength: 300 }),
    account: text('Only this account', { autocomplete: 'account' }),
  },
  requires: 'viewer',
  ack: 'public',
  async run({ actor, services }, { proxy, account }) {
    const proxyId = proxy === undefined ? undefined : await services.proxies.resolve(proxy, { withRemoved: true });
    const accountId =
      account === undefined ? undefined : await services.accounts.resolve(account, { withRemoved: true });
    return historyList(await services.history.list({ proxyId, accountId }), actor.level);
  },
});

const dayModal = defineModal({
  id: defineId('history.on_day', { list: idNumber }),
  title: 'History of one day',
  fields: { day: textField('Day', { description: 'Such as 2026-12-31 (UTC); empty for all days' }) },
  requires: 'viewer',
  ack: 'update',
  run: async ({ actor, services }, { list }, { day }) =>
    historyList(await services.history.onDay(list, day ?? ''), actor.level),
});

export const historyButtons = [
  dayModal,
  defineComponent({
    id: historyPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ actor, services }, { list, ...from }) =>
      historyList(await services.history.page(list, from), actor.level),
  }),
  defineComponent({
    id: historyDayId,
    requires: 'viewer',
    ack: 'modal',
    run: async (_context, { list }) => dayModal.open({ list }),
  }),
  defineComponent({
    id: proxyHistoryId,
    requires: 'viewer',
    ack: 'public',
    run: async ({ actor, services }, { proxy }) =>
      historyList(await services.history.list({ proxyId: proxy }), actor.level),
  }),
  defineComponent({
    id: historyExportId,
    requires: 'operator',
    ack: 'public',
    async run(context, { list }) {
      const batches = context.services.history.all(context.actor, list);
      return exportLog(context, { log: 'History', fileName: 'history.csv', batches, toCsv: historyCsv });
    },
  }),
];
