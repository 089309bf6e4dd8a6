import { text } from '../../discord/define/options.ts';
import { SOURCE_NAME_CHARS } from '../../domain/sources/source.ts';
import { toCsv } from '../../kit/csv.ts';
import { staleNotice } from '../../kit/stale-notice.ts';
import { changePreview } from '../../views/proxy/change-preview.ts';
import {
  sourceOpenId,
  sourcePlanId,
  sourceSyncId,
  syncApplyId,
  syncDetailsId,
  syncMissingId,
  syncSkipId,
} from '../../views/sources/ids.ts';
import { sourceCard, sourceList } from '../../views/sources/source-card.ts';
import { syncCard, syncDetails, syncReport } from '../../views/sources/sync-card.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { packFile } from '../pack-file.ts';

const which = text('Name of the source', { required: true, autocomplete: 'source', maxLength: SOURCE_NAME_CHARS });

export const listSourcesCommand = defineCommand({
  name: 'source list',
  description: 'List sources with their last and next syncs',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }) => sourceList(await services.sources.list()),
});

export const showSourceCommand = defineCommand({
  name: 'source show',
  description: 'Show a source with its last syncs',
  options: { source: which },
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }, { source }) =>
    sourceCard(await services.sources.show(await services.sources.resolve(source))),
});

export const syncSourceCommand = defineCommand({
  name: 'source sync',
  description: 'Read the list of a source now, and preview the changes',
  options: { source: which },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, { source }) =>
    syncReport(await services.sources.sync(actor, await services.sources.resolve(source))),
});

const DETAIL_COLUMNS = ['change', 'number', 'address', 'listed_address', 'accounts'];

export const syncButtons = [
  defineComponent({
    id: sourceOpenId,
    requires: 'viewer',
    ack: 'public',
    run: async ({ services }, _params, [id = '0']) => sourceCard(await services.sources.show(Number(id))),
  }),
  defineComponent({
    id: sourceSyncId,
    requires: 'operator',
    ack: 'public',
    run: async ({ actor, services }, { source }) => syncReport(await services.sources.sync(actor, source)),
  }),
  defineComponent({
    id: sourcePlanId,
    requires: 'viewer',
    ack: 'public',
    run: async ({ services }, { plan }) => syncCard(await services.syncDecisions.preview(plan)),
  }),
  defineComponent({
    id: syncApplyId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { plan }) {
      const applied = await services.syncDecisions.apply(actor, plan);
      return syncCard(applied.preview, staleNotice(applied));
    },
  }),
  defineComponent({
    id: syncSkipId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { plan }) => syncCard(await services.syncDecisions.skip(actor, plan)),
  }),
  defineComponent({
    id: syncMissingId,
    requires: 'operator',
    ack: 'public',
    run: async ({ actor, services }, { plan }) =>
      changePreview(await services.syncDecisions.planDeactivation(actor, plan)),
  }),
  defineComponent({
    id: syncDetailsId,
    requires: 'viewer',
    ack: 'ephemeral',
    async run({ services, upload }, { plan }) {
      const [preview, all] = [await services.syncDecisions.preview(plan), await services.syncDecisions.details(plan)];
      const rows = all.map((each) => [each.class, each.proxyId, each.before, each.after, each.accounts]);
      const file = await packFile(`source-${plan}.csv`, () => toCsv(DETAIL_COLUMNS, rows), upload);
      return syncDetails(preview, file);
    },
  }),
];
