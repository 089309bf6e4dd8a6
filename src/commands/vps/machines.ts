import { newValue, text } from '../../discord/define/options.ts';
import { VPS_LIMITS } from '../../domain/vps/vps-fields.ts';
import { cancelledLine } from '../../kit/plan-lines.ts';
import { escapeText, formatActor } from '../../kit/text.ts';
import { vpsKeepId, vpsOpenId, vpsPageId, vpsRemoveId } from '../../views/vps/ids.ts';
import { removeQuestion, vpsCard, vpsList, vpsNote } from '../../views/vps/vps-list.ts';
import { defineCommand, defineComponent } from '../define.ts';

const which = text('Name of the VPS', { required: true, autocomplete: 'vps', maxLength: VPS_LIMITS.name });
const environment = { autocomplete: 'environment', maxLength: VPS_LIMITS.environment } as const;

export const addVpsCommand = defineCommand({
  name: 'vps add',
  description: 'Document a VPS',
  options: {
    name: text('Name of the VPS', { required: true, maxLength: VPS_LIMITS.name }),
    environment: text('Environment, such as production or staging', environment),
    host: text('Host name or IP address of the VPS', { maxLength: VPS_LIMITS.host }),
    region: text('Region of the VPS, such as eu-central', { maxLength: VPS_LIMITS.region }),
    notes: text('Notes about the VPS', { maxLength: VPS_LIMITS.notes }),
  },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, options) => vpsCard(await services.vps.add(actor, options), 'Added'),
});

export const editVpsCommand = defineCommand({
  name: 'vps edit',
  description: 'Edit a VPS',
  options: {
    vps: which,
    environment: newValue('environment', environment),
    host: newValue('host name or IP address', { maxLength: VPS_LIMITS.host }),
    region: newValue('region', { maxLength: VPS_LIMITS.region }),
    notes: newValue('notes', { maxLength: VPS_LIMITS.notes }),
    name: newValue('name of the VPS', { maxLength: VPS_LIMITS.name, isRequired: true }),
  },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, { vps, ...written }) =>
    vpsCard(await services.vps.edit(actor, await services.vps.resolve(vps), written), 'Saved'),
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
  options: { environment: text('Only VPS of this environment', environment) },
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }, filter) => vpsList(await services.vps.list(filter)),
});

export const listVpsButtons = [
  defineComponent({
    id: vpsPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ services }, { list, ...from }) => vpsList(await services.vps.page(list, from)),
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
    run: async ({ actor, services }, { vps }) =>
      vpsCard(await services.vps.show(vps), undefined, cancelledLine(actor.id)),
  }),
];
