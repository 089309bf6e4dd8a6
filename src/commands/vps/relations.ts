import { UserError } from '../../base/errors.ts';
import { text } from '../../discord/define/options.ts';
import { VPS_LIMITS } from '../../domain/vps/vps-fields.ts';
import { plural } from '../../kit/text.ts';
import { vpsCard } from '../../views/vps/vps-list.ts';
import { defineCommand } from '../define.ts';

const vps = text('Name of the VPS', { required: true, autocomplete: 'vps', maxLength: VPS_LIMITS.name });
const proxy = text('Proxy to link or unlink', { required: true, autocomplete: 'proxy', maxLength: 300 });

export const assignVpsCommand = defineCommand({
  name: 'vps assign',
  description: 'Record which VPS manages an account or a whole model',
  options: {
    vps,
    account: text('Account that the VPS manages', { autocomplete: 'account' }),
    model: text('Model whose accounts the VPS manages', { autocomplete: 'model' }),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { vps: name, account, model }) {
    if ((account === undefined) === (model === undefined)) {
      throw new UserError('one_target', 'Use either an account or a model.', 'Set exactly one of the two options.');
    }
    const id = await services.vps.resolve(name);
    const which =
      account === undefined ? { model: model ?? '' } : { accountId: await services.accounts.resolve(account) };
    const { moved, added } = await services.vps.assign(actor, id, which);
    const parts = [
      added > 0 && `${plural(added, 'account')} added`,
      moved > 0 && `${plural(moved, 'account')} moved here from another VPS`,
    ];
    return vpsCard(
      await services.vps.show(id),
      parts.filter(Boolean).join(', ') || 'No changes: it already manages these accounts',
    );
  },
});

export const linkCommand = defineCommand({
  name: 'vps link',
  description: 'Document that a VPS uses a proxy',
  options: { vps, proxy, notes: text('Notes about the link', { maxLength: VPS_LIMITS.linkNotes }) },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { vps: name, proxy: named, notes }) {
    const [id, proxyId] = await Promise.all([services.vps.resolve(name), services.proxies.resolve(named)]);
    const done = await services.vpsMaps.link(actor, id, proxyId, notes ?? null);
    const words = {
      new: `Linked to #${proxyId}`,
      noted: `New notes on #${proxyId}`,
      known: `Already linked to #${proxyId}`,
    };
    return vpsCard(await services.vps.show(id), words[done]);
  },
});

export const unlinkCommand = defineCommand({
  name: 'vps unlink',
  description: 'Remove a documented VPS–proxy link',
  options: { vps, proxy },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { vps: name, proxy: named }) {
    const [id, proxyId] = await Promise.all([
      services.vps.resolve(name),
      services.proxies.resolve(named, { withRemoved: true }),
    ]);
    await services.vpsMaps.unlink(actor, id, proxyId);
    return vpsCard(await services.vps.show(id), `Unlinked from #${proxyId}`);
  },
});
