import { text } from '../../discord/define/options.ts';
import { escapeText, formatActor } from '../../kit/text.ts';
import { vpsKeepId, vpsOpenId, vpsPageId, vpsRemoveId } from '../../views/vps/ids.ts';
import { removeQuestion, vpsCard, vpsList, vpsNote } from '../../views/vps/vps-list.ts';
import { defineCommand, defineComponent } from '../define.ts';

const which = text('Name of the VPS', { required: true, autocomplete: 'vps', maxLength: 100 });
const fields = {
  environment: text('Environment, such as production or staging', { autocomplete: 'environment', maxLength: 60 }),
  host: text('Host name or IP address of the VPS', { maxLength: 253 }),
  region: text('Region of the VPS, such as eu-central', { maxLength: 60 }),
  notes: text('Notes about the VPS', { maxLength: 500 }),
};

export const addVpsCommand = defineCommand({
  name: 'vps add',
  description: 'Document a VPS',
  options: { name: text('Name of the VPS', { required: true, maxLength: 100 }), ...fields },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, { name, ...rest }) =>
    vpsCard(await services.vps.add(actor, { name: name.trim(), ...rest }), 'Added'),
});

export const editVpsCommand = defineCommand({
  name: 'vps edit',
  description: 'Edit a VPS',
  options: { vps: which, ...fields, name: text('New name of the VPS', { maxLength: 100 }) },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, { vps, name, ...rest }) =>
    vpsCard(await services.vps.edit(actor, await services.vps.resolve(vps), { ...rest, name: name?.trim() }), 'Saved'),
});

export const removeVpsCommand = defineCommand({
  name: 'vps remove',
  description: 'Remove a VPS from the documentation',
  options: { vps: which },
  requires: 'operator',
  ack: 'public',
  run: async ({ services }, { vps }) => removeQuestion(await services.vps.show(await services.vps.resolve(vps))),
});

export const listVpsCommand = defineCommand({
  name: 'vps list',
  description: 'List VPS with their accounts and proxies',
  options: { environment: text('Only VPS of this environment', { autocomplete: 'environment', maxLength: 60 }) },
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }, { environment }) => vpsList(await services.vps.list(environment)),
});

export const listVpsButtons = [
  defineComponent({
    id: vpsPageId,
    requires: 'viewer',
    ack: 'update',
    async run({ services }, { environment, page }) {
      const scope = environment === 0 ? undefined : (await services.vps.show(environment)).environment;
      return vpsList(await services.vps.list(scope, page));
    },
  }),
  defineComponent({
    id: vpsOpenId,
    requires: 'viewer',
    ack: 'public',
    run: async ({ services }, _params, [id = '0']) => vpsCard(await services.vps.show(Number(id))),
  }),
];

export const removeVpsButtons = [
  defineComponent({
    id: vpsRemoveId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { vps }) {
      const removed = await services.vps.remove(actor, vps);
      return removed
        ? vpsNote(`🗑️ VPS **${escapeText(removed.name)}** was removed by ${formatActor(actor.id)}.`)
        : vpsNote('This VPS has already been removed.');
    },
  }),
  defineComponent({
    id: vpsKeepId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { vps }) => vpsCard(await services.vps.show(vps)),
  }),
];
