import { attachment, choice, text } from '../../discord/define/options.ts';
import { VPS_LIMITS } from '../../domain/vps/vps-fields.ts';
import { staleNotice } from '../../kit/stale-notice.ts';
import { nameFor } from '../../kit/text.ts';
import { vpsExport } from '../../views/exports/export-card.ts';
import { vpsImportApplyId, vpsImportCancelId } from '../../views/vps/ids.ts';
import { vpsImportPreview } from '../../views/vps/vps-import-preview.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { stageMappings } from '../wrong-import.ts';

export const importVpsCommand = defineCommand({
  name: 'vps import',
  description: 'Import VPS, proxies and accounts from a spreadsheet (CSV)',
  options: { file: attachment('CSV or JSON export: vps, proxy, account, environment, notes', { required: true }) },
  requires: 'operator',
  ack: 'public',
  run: (context, { file }) => stageMappings(context, { from: file, defaults: {} }),
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
