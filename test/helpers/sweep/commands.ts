import { randomUUID } from 'node:crypto';
import { askApi } from '../bot/api.ts';
import type { Ops, Reply } from '../ops/ops.ts';
import type { SweptCommand } from './sweep.ts';

type Options = Parameters<Ops['command']>[1];

/** A command that changes something at once. */
const atOnce = (path: string, options: Options, seed = ''): SweptCommand => ({
  name: path,
  seed,
  prepare:
    async ({ ops }) =>
    async () =>
      (await ops.command(path, options)).text,
});

/** A command that shows something, and a button that changes something. The last button is the one. */
function clicked(path: string, options: Options, buttons: string[], seed = ''): SweptCommand {
  return {
    name: `${path} → ${buttons.join(' → ')}`,
    seed,
    async prepare({ ops }) {
      let shown = await ops.command(path, options);
      for (const button of buttons.slice(0, -1)) shown = await shown.click(button);
      const last = buttons.at(-1) ?? '';
      if (!shown.buttons.includes(last)) throw new Error(`No button says "${last}": ${shown.buttons.join(', ')}.`);
      return async () => (await clickIfThere(shown.refresh(), last)).text;
    },
  };
}

/** The plan of a sync in which the provider has replaced a proxy that carries an account. */
const replaced: SweptCommand = {
  name: '/source sync → Apply 1',
  async prepare({ ops, provider }) {
    Object.assign(provider, { hosts: ['198.51.100.1'], replaced: [] });
    const opened = await ops.command('/source add', { name: 'main', kind: 'webshare' });
    await (await opened.submit({ 'API key': 'key' })).click('Apply 1');
    await ops.command('/proxy assign', { account: 'cara.1', proxy: '198.51.100.1:8168' });
    provider.hosts = ['198.51.100.2'];
    provider.replaced = [{ proxy: '198.51.100.1', replaced_with: '198.51.100.2' }];
    const shown = await ops.command('/source sync', { source: 'main' });
    return async () => (await clickIfThere(shown.refresh(), 'Apply 1')).text;
  },
};

/** A request of a program, with a key of its own. */
const requested = (path: string, type: string, body: string, seed = ''): SweptCommand => ({
  name: `POST ${path}`,
  seed,
  async prepare({ apiUrl }) {
    const headers = { 'content-type': type, 'idempotency-key': randomUUID() };
    return async () => {
      const response = await askApi({ apiUrl }, path, { method: 'POST', headers, body });
      return response.text();
    };
  },
});

/** A message that has changed already has lost its button. */
async function clickIfThere(shown: Reply, button: string): Promise<Reply> {
  return shown.buttons.includes(button) ? shown.click(button) : shown;
}

const file = (name: string, lines: string[]) => ({ file: { name, data: Buffer.from(lines.join('\n')) } });
const proxies = file('week.txt', ['198.51.100.1:8080:a:b', '198.51.100.2:8080:a:b', '198.51.100.3:8080:a:b']);
const accounts = file('accounts.txt', ['dora.1,Dora', 'dora.2,Dora', 'ann.9,Amber']);
const relations = file('vps.csv', ['vps,proxy,account', 'Vega,203.0.113.6:8080,', 'Nova,203.0.113.7:8080,']);
/** So that an import of another password updates them. */
const KNOWN = `update proxies set username = 'a', host = '198.51.100.' || id where id > 5;`;
const NEW_AND_KNOWN = '198.51.100.6:8080:a:new\n198.51.100.1:8080';

/** The actions of people that change something. */
export const COMMANDS: readonly SweptCommand[] = [
  clicked('/proxy import', proxies, ['Import 3']),
  clicked(
    '/proxy import',
    file('known.txt', ['198.51.100.6:8080:a:new', '198.51.100.7:8080:a:new']),
    ['Update 2'],
    KNOWN,
  ),
  clicked('/proxy import', proxies, ['Import 3', 'Undo']),
  atOnce('/proxy assign', { account: 'cara.1' }),
  atOnce('/proxy assign', { account: 'cara.1', proxy: '#2' }),
  atOnce('/proxy unassign', { account: 'ann.4', reason: 'paused' }),
  { ...clicked('/account show', { account: 'ann.4' }, ['Reassign']), isRepeatable: false },
  clicked('/proxy fill', {}, ['Assign 2']),
  clicked('/proxy deactivate', { provider: 'acme' }, ['Deactivate 4']),
  clicked('/proxy activate', { proxy: '#8' }, ['Activate 1'], `update proxies set status = 'inactive' where id = 8;`),
  clicked('/proxy remove', { proxy: '#1' }, ['Remove 1']),
  clicked('/proxy release', { proxy: '#4' }, ['Release 1']),
  clicked('/proxy rebalance', { model: 'Amber' }, ['Apply 2']),
  clicked('/proxy edit', { provider: 'acme', set_label: 'fast' }, ['Apply 4']),
  atOnce('/account add', { username: 'dora.1', model: 'Dora', vps: 'Nova' }),
  clicked('/account import', accounts, ['Import and assign']),
  atOnce('/account edit', { account: 'ann.1', label: 'night', vps: 'Rigel' }),
  clicked('/account edit', { account: 'ann.1', model: 'Bella' }, ['Apply']),
  clicked('/account remove', { account: 'ann.1' }, ['Remove']),
  atOnce('/vps add', { name: 'Vega' }),
  atOnce('/vps edit', { vps: 'Nova', notes: 'old' }),
  clicked('/vps remove', { vps: 'Nova' }, ['Remove']),
  atOnce('/vps assign', { vps: 'Rigel', model: 'Amber' }),
  atOnce('/vps link', { vps: 'Rigel', proxy: '#6' }),
  atOnce('/vps unlink', { vps: 'Nova', proxy: '#1' }),
  clicked('/vps map', {}, ['Unlink 1']),
  clicked('/vps import', relations, ['Apply 3']),
  atOnce('/alerts settings', { failures_to_alert: 4 }),
  replaced,
  requested('/api/proxies/assign', 'application/json', JSON.stringify({ account: 'ann.4', reassign: true })),
  {
    ...requested('/api/proxies/import?mode=commit&updates=update', 'text/plain', NEW_AND_KNOWN, KNOWN),
    firstStep: requested('/api/proxies/import?mode=commit', 'text/plain', NEW_AND_KNOWN).prepare,
  },
  requested('/api/accounts/import?mode=commit&model=Dora', 'text/plain', 'dora.1\ndora.2'),
];
