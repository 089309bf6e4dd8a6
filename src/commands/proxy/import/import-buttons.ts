import { UserError } from '../../../base/errors.ts';
import { textField } from '../../../discord/define/modal.ts';
import { detail } from '../../../domain/proxies/fields.ts';
import { defineId, idNumber } from '../../../kit/custom-id.ts';
import { cancelledLine } from '../../../kit/plan-lines.ts';
import { staleNotice } from '../../../kit/stale-notice.ts';
import { sourceDeletedLine } from '../../../views/imports/import-parts.ts';
import {
  importCancelId,
  importProviderId,
  importReadingId,
  importSetId,
  importSourceId,
  importStepId,
  importTestId,
  importUndoId,
} from '../../../views/proxy/import-preview.ts';
import { undoBackId, undoQuestion, undoSureId } from '../../../views/proxy/undo-question.ts';
import { defineComponent, defineModal } from '../../define.ts';
import { deleteSource } from '../../import-source.ts';
import { planChange } from '../change/change.ts';
import { understand } from '../change/edit-one.ts';
import { testProxies } from '../test.ts';
import { showImport } from './stage-import.ts';

const provider = textField('Provider', { maxLength: detail('provider').kind.maxChars });

function given(name: string | undefined): string {
  if (name === undefined) throw new UserError('nothing_to_set', 'No provider given.', 'Press Set provider again.');
  return name;
}

/** Before the import: the provider of all lines without one. */
const stagedProvider = defineModal({
  id: defineId('import.provider_of_lines', { plan: idNumber }),
  title: 'Provider of lines without one',
  fields: { provider },
  requires: 'operator',
  ack: 'update',
  run: async (context, { plan }, fields) =>
    showImport(context, await context.services.imports.setProvider(plan, given(fields.provider))),
});

/** After it: a change of the imported proxies without one, which is previewed. */
const broughtProvider = defineModal({
  id: defineId('import.provider_of_proxies', { plan: idNumber }),
  title: 'Provider of proxies without one',
  fields: { provider },
  requires: 'operator',
  ack: 'public',
  async run(context, { plan }, fields) {
    const edit = understand({ provider: given(fields.provider) });
    const ids = await context.services.imports.brought(plan, 'withoutProvider');
    return planChange(context, { kind: 'edit', target: { ids }, edit });
  },
});

export const importButtons = [
  stagedProvider,
  broughtProvider,
  defineComponent({
    id: importProviderId,
    requires: 'operator',
    ack: 'modal',
    async run({ services }, { plan }) {
      return ((await services.imports.isUntouched(plan)) ? stagedProvider : broughtProvider).open({ plan });
    },
  }),
  defineComponent({
    id: importSetId,
    requires: 'operator',
    ack: 'public',
    async run(context, { plan, key }) {
      const { value, ids } = await context.services.imports.lacking(plan, key);
      return planChange(context, { kind: 'edit', target: { ids }, edit: understand({ [key]: value }) });
    },
  }),
  defineComponent({
    id: importTestId,
    requires: 'operator',
    ack: 'public',
    run: async (context, { plan }) =>
      testProxies(context, { ids: await context.services.imports.brought(plan, 'all') }),
  }),
  defineComponent({
    id: importStepId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan, step, count }) {
      const outcome = await context.services.imports.apply(context.actor, plan, step, count);
      return showImport(context, outcome.preview, { notice: staleNotice(outcome) });
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
      if (question && question.carrying > 0) return undoQuestion(question);
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
    run: async (context, { plan }) =>
      showImport(context, await context.services.imports.preview(plan), { note: cancelledLine(context.actor.id) }),
  }),
  defineComponent({
    id: importSourceId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) =>
      showImport(context, await deleteSource(context, context.services.imports, plan), {
        note: sourceDeletedLine(context.actor.id),
      }),
  }),
];
