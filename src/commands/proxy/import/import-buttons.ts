import { staleNotice } from '../../../kit/stale-notice.ts';
import {
  importCancelId,
  importReadingId,
  importSourceId,
  importStepId,
  importUndoId,
} from '../../../views/proxy/import-preview.ts';
import { undoBackId, undoQuestion, undoSureId } from '../../../views/proxy/undo-question.ts';
import { defineComponent } from '../../define.ts';
import { deleteSource } from '../../import-source.ts';
import { showImport } from './stage-import.ts';

export const importButtons = [
  defineComponent({
    id: importStepId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan, step, count }) {
      const outcome = await context.services.imports.apply(context.actor, plan, step, count);
      return showImport(context, outcome.preview, staleNotice(outcome));
    },
  }),
  defineComponent({
    id: importReadingId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan, reading }) =>
      showImport(context, await context.services.imports.takeReading(plan, reading)),
  }),
  defineComponent({
    id: importCancelId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => showImport(context, await context.services.imports.cancel(context.actor, plan)),
  }),
  defineComponent({
    id: importUndoId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan }) {
      const question = await context.services.imports.undoPreview(plan);
      if (question.carrying > 0) return undoQuestion(question);
      return showImport(context, await context.services.imports.undo(context.actor, plan));
    },
  }),
  defineComponent({
    id: undoSureId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => showImport(context, await context.services.imports.undo(context.actor, plan)),
  }),
  defineComponent({
    id: undoBackId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => showImport(context, await context.services.imports.preview(plan)),
  }),
  defineComponent({
    id: importSourceId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => showImport(context, await deleteSource(context, context.services.imports, plan)),
  }),
];
