import type { DroppedFile } from '../kit/compose.ts';

/** A picture of a command: what is typed, and the text of its complete answer. */
export interface Subject {
  /** The command as it is registered. */
  of: string;
  /** The name of the file, by default that of the command. */
  name?: string;
  options?: Record<string, string | DroppedFile>;
  says: RegExp;
}

/** A picture of an entry in the Apps menu of a message. */
export interface MenuSubject {
  of: string;
  /** The text of the message. */
  posted: string;
  says: RegExp;
}

/** A provider's file as it comes: two formats, a duplicate, a mistake. */
export const FIRST_FILE: DroppedFile = {
  name: 'acme-week-48.txt',
  text: [
    '# Acme, week 48',
    ...Array.from({ length: 118 }, (_, n) => `203.0.113.${n + 1}:8080:customer-ann-sessid-${n}:s3cret${n}`),
    'socks5://bob:pw@198.51.100.4:1080',
    'bob:pw@198.51.100.5:3128',
    '203.0.113.7:8080:customer-ann-sessid-6:s3cret6',
    '203.0.113.300:8080:customer-ann:s3cret',
  ].join('\n'),
};

/** Commands that are pictured in the first import. */
export const FIRST: readonly string[] = [
  'proxy import',
  'proxy list',
  'proxy show',
  'account add',
  'account models',
  'help',
];

const ACCOUNTS: DroppedFile = {
  name: 'new-accounts.csv',
  text: [
    'username,model,vps,label',
    ...Array.from({ length: 4 }, (_, n) => `gwen.00${n + 7},Gwen,vega-1,night shift`),
    'amber.001,Amber,nova-1,shift 1',
    'hope.001,Hope,vega-3,night shift',
    'hope.002,,vega-1,night shift',
  ].join('\n'),
};

const MAPPINGS: DroppedFile = {
  name: 'spring.csv',
  text: [
    'vps,environment,region,proxy,account,notes',
    'vega-3,staging,Singapore,,,',
    'vega-3,staging,,#12,,spare',
    'nova-1,production,,,freya.001,',
    'nova-1,production,,#9999,,',
  ].join('\n'),
};

/** Pictures of a pool that lives, in an order in which each command has something to show. */
export const SAMPLE: readonly Subject[] = [
  { of: 'proxy test', says: /Tested 300/ },
  { of: 'proxy stats', says: /The pool[\s\S]*assigned/, name: 'proxy-stats' },
  { of: 'proxy deactivate', options: { provider: 'Globex' }, says: /Globex|accounts/ },
  { of: 'proxy rebalance', options: { goal: 'compact' }, says: /move|Nothing/ },
  { of: 'proxy history', says: /History|since/i },
  { of: 'proxy fill', says: /./ },
  { of: 'proxy assign', options: { account: 'amber.001' }, says: /Move/ },
  { of: 'proxy unassign', options: { filter_model: 'Cora', state: 'assigned' }, says: /accounts/ },
  { of: 'proxy activate', options: { status: 'inactive' }, says: /Activate|No prox/ },
  { of: 'proxy remove', options: { health: 'failing', reason: 'not renewed' }, says: /Remove/ },
  { of: 'proxy release', options: { usage: 'cooling' }, says: /Release/ },
  { of: 'proxy edit', options: { provider: 'Northwind', set_label: 'week 48', set_country: 'DE' }, says: /Edit/ },
  { of: 'proxy export', options: { model: 'Amber' }, says: /proxies/ },
  { of: 'account import', options: { file: ACCOUNTS }, says: /preview/ },
  { of: 'account list', says: /Accounts/ },
  { of: 'account show', options: { account: 'amber.001' }, says: /amber\.001/ },
  { of: 'account edit', options: { filter_model: 'Esme', label: 'week 48' }, says: /Edit/ },
  { of: 'account remove', options: { filter_model: 'Gwen' }, says: /Remove/ },
  { of: 'vps list', says: /VPS 1–/ },
  { of: 'vps map', says: /\d VPS/ },
  { of: 'vps add', options: { name: 'lyra-1', environment: 'staging', region: 'Tokyo' }, says: /lyra-1/ },
  { of: 'vps edit', options: { vps: 'lyra-1', notes: 'ordered for the winter' }, says: /winter/ },
  { of: 'vps assign', options: { vps: 'lyra-1', model: 'Gwen' }, says: /lyra-1/ },
  { of: 'vps link', options: { vps: 'lyra-1', proxy: '#40', notes: 'spare' }, says: /Linked/ },
  { of: 'vps unlink', options: { vps: 'lyra-1', proxy: '#40' }, says: /Unlinked/ },
  { of: 'vps import', options: { file: MAPPINGS }, says: /VPS import/ },
  { of: 'vps export', says: /rows|relations/ },
  { of: 'vps token', options: { vps: 'lyra-1' }, says: /Only you can see this/ },
  { of: 'vps remove', options: { vps: 'lyra-1' }, says: /Remove/ },
  { of: 'alerts list', says: /open|alert/i },
  { of: 'alerts settings', says: /failover/i },
  { of: 'alerts mute', says: /Mute/ },
  {
    of: 'alerts maintenance',
    options: { hours: '2', provider: 'Globex', reason: 'router replaced', start: '22:00' },
    says: /[Mm]aintenance/,
  },
  { of: 'audit', says: /Audit|entries/i },
];

/** The entries in the Apps menu of a message. */
export const MENU: readonly MenuSubject[] = [
  {
    of: 'Import proxies',
    posted: '198.51.100.21:8080:anna:s3cret\n198.51.100.22:8080:anna:s3cret',
    says: /preview/,
  },
  { of: 'Import accounts', posted: 'ivy.001, Ivy\nivy.002, Ivy', says: /preview/ },
];

export const fileOf = ({ of, name }: Pick<Subject, 'of' | 'name'>) => name ?? of.toLowerCase().replaceAll(' ', '-');
