import { staleNotice } from '../../kit/stale-notice.ts';
import {
  accountImportAgainId,
  accountImportCancelId,
  accountImportSourceId,
  accountImportStepId,
  accountImportVpsId,
} from '../../views/account/import-preview.ts';
import { sourceDeletedLine } from '../../views/imports/import-parts.ts';
import { defineComponent } from '../define.ts';
import { deleteSource } from '../import-source.ts';
import { showAccountImport } from './stage-import.ts';

export const accountImportButtons = [
  defineComponent({
    id: accountImportStepId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan, step, ...shown }) {
      const { actor, services } = context;
      const { accountImports } = services;
      const outcome = await (step === 'import'
        ? accountImports.commit(actor, plan, shown)
        : accountImports.update(actor, plan, shown));
      return showAccountImport(context, outcome.preview, { notice: staleNotice(outcome) });
    },
  }),
  defineComponent({
    id: accountImportVpsId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan, count }) {
      const outcome = await context.services.accountImports.createVps(context.actor, plan, count);
      return showAccountImport(context, outcome.preview, { notice: staleNotice(outcome) });
    },
  }),
  defineComponent({
    id: accountImportAgainId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => showAccountImport(context, await context.services.accountImports.preview(plan)),
  }),
  defineComponent({
    id: accountImportCancelId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) =>
      showAccountImport(context, await context.services.accountImports.cancel(context.actor, plan)),
  }),
  defineComponent({
    id: accountImportSourceId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) =>
      showAccountImport(context, await deleteSource(context, context.services.accountImports, plan), {
        note: sourceDeletedLine(context.actor.id),
      }),
  }),
];
