import type { UndoCounts } from '../../domain/accounts/account-undo.ts';
import { STALE_NOTICE, staleNotice } from '../../kit/stale-notice.ts';
import type { View } from '../../kit/view.ts';
import {
  accountImportAgainId,
  accountImportCancelId,
  accountImportModelId,
  accountImportSourceId,
  accountImportStepId,
  accountImportUndoId,
  accountImportVpsId,
} from '../../views/account/import-preview.ts';
import { accountUndoBackId, accountUndoQuestion, accountUndoSureId } from '../../views/account/undo-question.ts';
import { sourceDeletedLine } from '../../views/imports/import-parts.ts';
import { type Context, defineComponent } from '../define.ts';
import { deleteSource } from '../import-source.ts';
import { showAccountImport } from './stage-import.ts';

/** Undoes an import as the question showed it, and lists the accounts that were left. */
async function undo(context: Context, plan: number, shown: UndoCounts): Promise<View> {
  const { accountImports } = context.services;
  const isDone = await accountImports.undo(context.actor, plan, shown);
  const question = isDone ? undefined : await accountImports.undoPreview(plan);
  if (question) return accountUndoQuestion(question, STALE_NOTICE);
  return showAccountImport(context, await accountImports.preview(plan));
}

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
    id: accountImportModelId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan, line }) =>
      showAccountImport(context, await context.services.accountImports.takeModel(plan, line)),
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
    id: accountImportUndoId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan }) {
      const { accountImports } = context.services;
      const question = await accountImports.undoPreview(plan);
      if (!question) return showAccountImport(context, await accountImports.preview(plan));
      const { planId: _planId, kept: _kept, ...shown } = question;
      const undone = shown.removable + shown.restorable;
      const isWhole = shown.changed + shown.used === 0 && undone <= (context.actor.changesAtMost ?? undone);
      return isWhole ? undo(context, plan, shown) : accountUndoQuestion(question);
    },
  }),
  defineComponent({
    id: accountUndoSureId,
    requires: 'operator',
    ack: 'update',
    run: (context, { plan, ...shown }) => undo(context, plan, shown),
  }),
  defineComponent({
    id: accountUndoBackId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => showAccountImport(context, await context.services.accountImports.preview(plan)),
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
