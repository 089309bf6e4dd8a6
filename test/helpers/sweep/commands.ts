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
      return async () => (await clickIfThere(shown.refresh(), buttons.at(-1) ?? '')).text;
    },
  };
}

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
  clicked('/proxy deactivate', { provider: 'acme' }, ['Deactivate']),
  clicked('/proxy activate', { proxy: '#8' }, ['Apply'], `update proxies set status = 'inactive' where id = 8;`),
  clicked('/proxy remove', { proxy: '#1' }, ['Remove']),
  clicked('/proxy release', { proxy: '#4' }, ['Release']),
  clicked('/proxy rebalance', { model: 'Amber' }, ['Apply']),
  clicked('/proxy edit', { provider: 'acme', set_label: 'fast' }, ['Apply']),
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
  clicked('/vps import', relations, ['Apply']),
  atOnce('/alerts settings', { failures_to_alert: 4 }),
];
