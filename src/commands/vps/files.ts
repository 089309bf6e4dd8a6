import { attachment, choice, text } from '../../discord/define/options.ts';
import { VPS_LIMITS } from '../../domain/vps/vps-fields.ts';
import type { VpsImportPreview } from '../../domain/vps/vps-import.ts';
import { toCsv } from '../../kit/csv.ts';
import { staleNotice } from '../../kit/stale-notice.ts';
import { nameFor } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { vpsExport } from '../../views/exports/export-card.ts';
import { vpsImportApplyId, vpsImportCancelId } from '../../views/vps/ids.ts';
import { vpsImportPreview } from '../../views/vps/vps-import-preview.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';
import { packFile } from '../pack-file.ts';

/** From this many rejected rows on, they are attached as a file. */
const LISTED_FROM = 4;

async function show({ upload }: Context, preview: VpsImportPreview): Promise<View> {
  if (preview.rejected.length < LISTED_FROM) return vpsImportPreview(preview);
  const rows = preview.rejected.map(({ line, reason }) => [line, reason]);
  const rejections = await packFile('skipped-rows.csv', () => toCsv(['line', 'reason'], rows), upload);
  return vpsImportPreview(preview, { rejections });
}

export const importVpsCommand = defineCommand({
  name: 'vps import',
  description: 'Import VPS, proxies and accounts from a spreadsheet (CSV)',
  options: { file: attachment('CSV or JSON export: vps, proxy, account, environment, notes', { required: true }) },
  requires: 'operator',
  ack: 'public',
  async run(context, { file: chosen }) {
    const { actor, services } = context;
    const bytes = await services.attachments.read(chosen);
    return show(context, await services.vpsImports.stage(actor, { name: chosen.name, bytes }));
  },
});

export const exportVpsCommand = defineCommand({
  name: 'vps export',
  description: 'Export VPS, proxies and accounts, one row per relation',
  options: {
    environment: text('Only VPS of this environment', {
      autocomplete: 'environment',
      maxLength: VPS_LIMITS.environment,
    }),
    format: choice('csv (default) or json', ['csv', 'json'], {}),
  },
  requires: 'viewer',
  ack: 'public',
  async run({ actor, services, upload }, { environment, format = 'csv' }) {
    const nameOf = (account: string) => nameFor(actor.level, account);
    const { name, count, parts } = await services.vpsMaps.export(actor, { environment }, { format, nameOf });
    const packed = await packFile(name, parts, upload);
    return vpsExport(packed, { rows: count(), isMasked: actor.level === 'viewer' });
  },
});

export const importVpsButtons = [
  defineComponent({
    id: vpsImportApplyId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { plan }) {
      const outcome = await services.vpsImports.apply(actor, plan);
      return vpsImportPreview(outcome.preview, { notice: staleNotice(outcome) });
    },
  }),
  defineComponent({
    id: vpsImportCancelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { plan }) => vpsImportPreview(await services.vpsImports.cancel(actor, plan)),
  }),
];
