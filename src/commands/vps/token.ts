import { choice, text } from '../../discord/define/options.ts';
import { VPS_LIMITS } from '../../domain/vps/vps-fields.ts';
import { newTokenCard } from '../../views/vps/token.ts';
import { tokenCreateId, tokenList, tokenRevokeId } from '../../views/vps/token-list.ts';
import { defineCommand, defineComponent } from '../define.ts';

const ACTIONS = ['create', 'list', 'revoke'] as const;

export const tokenCommand = defineCommand({
  name: 'vps token',
  description: 'Create, list or revoke the API tokens of a VPS',
  options: {
    vps: text('Name of the VPS', { required: true, autocomplete: 'vps', maxLength: VPS_LIMITS.name }),
    action: choice('create (default): shows the new token once, to you only', ACTIONS, {}),
  },
  requires: 'admin',
  ack: 'ephemeral',
  async run({ actor, services }, { vps, action = 'create' }) {
    const vpsId = await services.vps.resolve(vps);
    if (action === 'create') return newTokenCard(await services.tokens.create(actor, vpsId));
    return tokenList(await services.tokens.list(vpsId));
  },
});

export const tokenButtons = [
  defineComponent({
    id: tokenRevokeId,
    requires: 'admin',
    ack: 'update',
    run: async ({ actor, services }, _params, [id = '0']) => tokenList(await services.tokens.revoke(actor, Number(id))),
  }),
  defineComponent({
    id: tokenCreateId,
    requires: 'admin',
    ack: 'update',
    run: async ({ actor, services }, { vps }) => newTokenCard(await services.tokens.create(actor, vps)),
  }),
];
