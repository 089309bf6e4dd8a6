import { UserError } from '../../base/errors.ts';
import type { ChangeTarget } from '../../domain/proxies/pool-change.ts';
import { toCsv } from '../../kit/csv.ts';
import type { View } from '../../kit/view.ts';
import { alertRetestId } from '../../views/alerts/alert-card.ts';
import { retestId } from '../../views/proxy/card.ts';
import { testCancelId, testProgress, testRows, testSummary } from '../../views/proxy/test.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { targetOf } from './change/change.ts';
import { targetOptions } from './filter-options.ts';
import { cardOf } from './show.ts';

/** From this many proxies on, the results are also attached as a file. */
const LISTED_FROM = 9;

/** Checks proxies, shows the progress, and returns the results. */
export async function testProxies(context: Context, target: ChangeTarget): Promise<View> {
  const { services, upload } = context;
  const summary = await services.tests.run(target, (progress) => {
    if (progress.total > 1) context.progress(testProgress(progress, new Date()));
  });
  if (summary.tested.length < LISTED_FROM) return testSummary(summary);
  const { fields, rows } = testRows(summary.tested);
  return testSummary(summary, await packFile('test.csv', () => toCsv(fields, rows), upload));
}

export const testCommand = defineCommand({
  name: 'proxy test',
  description: 'Check proxies immediately',
  options: targetOptions,
  requires: 'operator',
  ack: 'public',
  run: async (context, options) => testProxies(context, await targetOf(context, options)),
});

export const testButtons = [
  defineComponent({
    id: testCancelId,
    requires: 'operator',
    ack: 'ephemeral',
    async run({ actor, services }, { test }) {
      if (services.tests.cancel(actor, test)) return null;
      throw new UserError(
        'test_over',
        'This test is no longer running.',
        'Its results so far are on the proxies’ cards.',
      );
    },
  }),
  defineComponent({
    id: alertRetestId,
    requires: 'operator',
    ack: 'public',
    run: async (context, { alert }) => testProxies(context, { ids: await context.services.alerts.openProxies(alert) }),
  }),
  defineComponent({
    id: retestId,
    requires: 'operator',
    ack: 'update',
    async run(context, { proxy }) {
      await context.services.tests.run({ ids: [proxy] });
      return cardOf(context, proxy);
    },
  }),
];
