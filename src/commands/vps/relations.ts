import { UserError } from '../../base/errors.ts';
import { text } from '../../discord/define/options.ts';
import { plural } from '../../kit/text.ts';
import { vpsCard } from '../../views/vps/vps-list.ts';
import { defineCommand } from '../define.ts';

const vps = text('Which VPS', { required: true, autocomplete: 'vps', maxLength: 100 });
const proxy = text('Which proxy', { required: true, autocomplete: 'proxy', maxLength: 300 });

export const assignVpsCommand = defineCommand({
  name: 'vps assign',
  description: 'Record which VPS manages an account, or all accounts of a model',
  options: {
    vps,
    account: text('One account', { autocomplete: 'account' }),
    model: text('All accounts of this model', { autocomplete: 'model' }),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { vps: name, account, model }) {
    if ((account === undefined) === (model === undefined)) {
      throw new UserError('one_target', 'Name an account or a model.', 'One of the two, not both.');
    }
    const id = await services.vps.resolve(name);
    const which =
      account === undefined ? { model: model ?? '' } : { accountId: await services.accounts.resolve(account) };
    const { moved, added } = await services.vps.assign(actor, id, which);
    const parts = [
      added > 0 && `${plural(added, 'account')} added`,
      moved > 0 && `${plural(moved, 'account')} moved here from another VPS`,
    ];
    return vpsCard(await services.vps.show(id), parts.filter(Boolean).join(', ') || 'It manages these already');
  },
});

export const linkCommand = defineCommand({
  name: 'vps link',
  description: 'Write down that a VPS has to do with a proxy',
  options: { vps, proxy, notes: text('Why', { maxLength: 500 }) },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { vps: name, proxy: named, notes }) {
    const [id, proxyId] = await Promise.all([services.vps.resolve(name), services.proxies.resolve(named)]);
    await services.proxies.show(proxyId);
    const done = await services.vps.link(actor, id, proxyId, notes ?? null);
    const words = {
      new: `Linked to #${proxyId}`,
      noted: `New notes on #${proxyId}`,
      known: `Linked to #${proxyId} already`,
    };
    return vpsCard(await services.vps.show(id), words[done]);
  },
});

export const unlinkCommand = defineCommand({
  name: 'vps unlink',
  description: 'Take such a note away',
  options: { vps, proxy },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { vps: name, proxy: named }) {
    const [id, proxyId] = await Promise.all([services.vps.resolve(name), services.proxies.resolve(named)]);
    await services.vps.unlink(actor, id, proxyId);
    return vpsCard(await services.vps.show(id), `#${proxyId} is linked no more`);
  },
});
