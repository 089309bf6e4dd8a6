import { textField } from '../../discord/define/modal.ts';
import { choice, newValue, text } from '../../discord/define/options.ts';
import { SOURCE_KINDS, type SourceKind } from '../../domain/sources/listed.ts';
import { SOURCE_MODES, SOURCE_NAME_CHARS } from '../../domain/sources/source.ts';
import { KEY_PARTS, MAX_KEY_CHARS } from '../../domain/sources/source-key.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { cancelledLine } from '../../kit/plan-lines.ts';
import { escapeText, formatActor, plural } from '../../kit/text.ts';
import { sourceKeepId, sourceKeyId, sourceRemoveId, sourceRemoveSureId } from '../../views/sources/ids.ts';
import { removeSourceQuestion, sourceCard, sourceNote } from '../../views/sources/source-card.ts';
import { syncReport } from '../../views/sources/sync-card.ts';
import { type Context, defineCommand, defineComponent, defineModal } from '../define.ts';

const which = text('Name of the source', { required: true, autocomplete: 'source', maxLength: SOURCE_NAME_CHARS });
const every = 'Time between syncs, from 1h to 7d; 6h if left out';
const mode = choice('ask: apply nothing at once (default); additions; auto: also replaced ones', SOURCE_MODES, {});

/** The fields of a key. It is typed into a modal, since Discord shows the options of a command in the channel. */
const fieldsOf = (kind: SourceKind) =>
  Object.fromEntries(
    KEY_PARTS[kind].map(({ name, label, hint }) => [
      name,
      textField(label, { description: hint, maxLength: MAX_KEY_CHARS }),
    ]),
  );

const addModals = SOURCE_KINDS.map((kind) =>
  defineModal({
    id: defineId(`source.add_${kind}`, { draft: idNumber }),
    title: `Key for ${kind}`,
    fields: fieldsOf(kind),
    requires: 'admin',
    ack: 'public',
    run: async ({ actor, services }, { draft }, parts) => syncReport(await services.sources.add(actor, draft, parts)),
  }),
);

const keyModals = SOURCE_KINDS.map((kind) =>
  defineModal({
    id: defineId(`source.key_${kind}`, { source: idNumber }),
    title: `New key for ${kind}`,
    fields: fieldsOf(kind),
    requires: 'admin',
    ack: 'public',
    run: async ({ actor, services }, { source }, parts) =>
      sourceCard(await services.sources.setKey(actor, source, parts), 'The key was set'),
  }),
);

/** The modal of a kind: there is one of each. */
function ofKind<M>(modals: readonly M[], kind: SourceKind): M {
  const modal = modals[SOURCE_KINDS.indexOf(kind)];
  if (!modal) throw new Error(`no modal for ${kind}`);
  return modal;
}

export const addSourceCommand = defineCommand({
  name: 'source add',
  description: 'Synchronize proxies from the API of a provider, or a URL',
  options: {
    name: text('Name of the source', { required: true, maxLength: SOURCE_NAME_CHARS }),
    kind: choice('The provider, or url for any list', SOURCE_KINDS, { required: true }),
    provider: text('Provider of its proxies, if the list names none', { autocomplete: 'provider' }),
    every: text(every, { maxLength: 10 }),
    mode,
  },
  requires: 'admin',
  ack: 'modal',
  async run({ services }, { kind, ...written }) {
    return ofKind(addModals, kind).open({ draft: await services.sources.draft(kind, written) });
  },
});

export const editSourceCommand = defineCommand({
  name: 'source edit',
  description: 'Edit a source',
  options: {
    source: which,
    name: newValue('name', { maxLength: SOURCE_NAME_CHARS, isRequired: true }),
    provider: newValue('provider of its new proxies', { autocomplete: 'provider' }),
    every: newValue('time between syncs, such as 6h or 2d', { maxLength: 10, isRequired: true }),
    mode,
  },
  requires: 'admin',
  ack: 'public',
  run: async ({ actor, services }, { source, ...written }) =>
    sourceCard(await services.sources.edit(actor, await services.sources.resolve(source), written), 'Saved'),
});

export const removeSourceCommand = defineCommand({
  name: 'source remove',
  description: 'Remove a source; its proxies stay',
  options: { source: which },
  requires: 'admin',
  ack: 'public',
  run: async ({ services }, { source }) =>
    removeSourceQuestion(await services.sources.show(await services.sources.resolve(source))),
});

async function remove({ actor, services }: Context, source: number) {
  const removed = await services.sources.remove(actor, source);
  if (!removed) return sourceNote('This source has already been removed.');
  const { name, proxies } = removed;
  return sourceNote(
    `🗑️ The source **${escapeText(name)}** was removed by ${formatActor(actor.id)}. ${plural(proxies, 'proxy stays', 'proxies stay')} in the pool.`,
  );
}

export const sourceSettingsHandlers = [
  ...addModals,
  ...keyModals,
  defineComponent({
    id: sourceKeyId,
    requires: 'admin',
    ack: 'modal',
    async run({ services }, { source }) {
      const { kind } = await services.sources.show(source);
      return ofKind(keyModals, kind).open({ source });
    },
  }),
  defineComponent({
    id: sourceRemoveId,
    requires: 'admin',
    ack: 'public',
    run: async ({ services }, { source }) => removeSourceQuestion(await services.sources.show(source)),
  }),
  defineComponent({
    id: sourceRemoveSureId,
    requires: 'admin',
    ack: 'update',
    run: (context, { source }) => remove(context, source),
  }),
  defineComponent({
    id: sourceKeepId,
    requires: 'admin',
    ack: 'update',
    run: async ({ actor, services }, { source }) =>
      sourceCard(await services.sources.show(source), undefined, cancelledLine(actor.id)),
  }),
];
