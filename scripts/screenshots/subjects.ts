import { keyOf } from '../../sandbox/sources/sources.ts';
import type { DroppedFile } from '../kit/compose.ts';

/** A picture of a command: what is typed, and the text of its complete answer. */
export interface Subject {
  /** The command as it is registered. */
  of: string;
  options?: Record<string, string | DroppedFile>;
  says: RegExp;
  /** The fields of the modal that it opens. */
  fields?: Record<string, string>;
  /** A step before it that has no picture: a command, its options, and a button of its answer. */
  first?: { of: string; options: Record<string, string>; says: RegExp; press?: { button: string; says: RegExp } };
}

/** A picture of an entry in the Apps menu of a message. */
export interface MenuSubject {
  of: string;
  /** The text of the message, one line. */
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
    ...Array.from({ length: 4 }, (_, n) => `gwen.0${String(n + 7).padStart(2, '0')},Gwen,vega-1,night shift`),
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
  { of: 'proxy stats', says: /The pool[\s\S]*assigned/ },
  { of: 'proxy deactivate', options: { provider: 'Globex' }, says: /Deactivate 60/ },
  { of: 'proxy rebalance', options: { goal: 'compact' }, says: /Rebalance onto/ },
  { of: 'proxy history', says: /History 1–/ },
  { of: 'proxy fill', says: /Fill/ },
  { of: 'proxy assign', options: { account: 'amber.001' }, says: /Move amber/ },
  { of: 'proxy unassign', options: { filter_model: 'Cora', state: 'assigned' }, says: /Hold 70 accounts/ },
  {
    of: 'proxy activate',
    first: {
      of: 'proxy deactivate',
      options: { proxy: '#150', reason: 'unpaid' },
      says: /Deactivate #150/,
      press: { button: 'Deactivate 1', says: /1 proxy deactivated/ },
    },
    options: { status: 'inactive' },
    says: /Activate/,
  },
  { of: 'proxy remove', options: { health: 'failing', reason: 'not renewed' }, says: /Remove \d+ proxies/ },
  { of: 'proxy release', options: { usage: 'cooling' }, says: /Release \d+ prox/ },
  {
    of: 'proxy edit',
    options: { provider: 'Northwind', set_label: 'week 48', set_country: 'DE' },
    says: /Edit 110 proxies/,
  },
  { of: 'proxy export', options: { model: 'Amber' }, says: /proxies exported/ },
  { of: 'account import', options: { file: ACCOUNTS }, says: /Account import preview/ },
  { of: 'account list', says: /Accounts 1–/ },
  { of: 'account show', options: { account: 'amber.001' }, says: /Account amber/ },
  { of: 'account edit', options: { filter_model: 'Esme', label: 'week 48' }, says: /Edit 40 accounts/ },
  { of: 'account remove', options: { filter_model: 'Gwen' }, says: /Remove 6 accounts/ },
  { of: 'vps list', says: /VPS 1–/ },
  { of: 'vps map', says: /\d VPS/ },
  { of: 'vps add', options: { name: 'lyra-1', environment: 'staging', region: 'Tokyo' }, says: /VPS lyra-1/ },
  { of: 'vps edit', options: { vps: 'lyra-1', notes: 'ordered for the winter' }, says: /winter/ },
  { of: 'vps assign', options: { vps: 'lyra-1', model: 'Gwen' }, says: /accounts added/ },
  { of: 'vps link', options: { vps: 'lyra-1', proxy: '#40', notes: 'spare' }, says: /Linked/ },
  { of: 'vps unlink', options: { vps: 'lyra-1', proxy: '#40' }, says: /Unlinked/ },
  { of: 'vps import', options: { file: MAPPINGS }, says: /VPS import/ },
  { of: 'vps export', says: /rows exported/ },
  {
    of: 'vps token',
    // The picture shows no token.
    first: { of: 'vps token', options: { vps: 'lyra-1' }, says: /it is not shown again/ },
    options: { vps: 'lyra-1', action: 'list' },
    says: /Only you can see this/,
  },
  { of: 'vps remove', options: { vps: 'lyra-1' }, says: /Remove VPS/ },
  { of: 'alerts list', says: /\d alerts?/ },
  { of: 'alerts settings', says: /Failover/ },
  { of: 'alerts mute', says: /Mute all alerts/ },
  {
    of: 'alerts maintenance',
    options: { hours: '2', provider: 'Globex', reason: 'router replaced', start: '22:00' },
    says: /Maintenance.*Globex/s,
  },
  {
    of: 'source add',
    options: { name: 'main', kind: 'webshare', provider: 'Webshare' },
    fields: { 'API key': keyOf('webshare') },
    says: /main: \d+ new/,
  },
  { of: 'source sync', options: { source: 'main' }, says: /main: \d+ new/ },
  { of: 'source list', says: /Sources: 1/ },
  { of: 'source show', options: { source: 'main' }, says: /Last syncs/ },
  { of: 'source edit', options: { source: 'main', every: '12h' }, says: /Saved/ },
  { of: 'source remove', options: { source: 'main' }, says: /Remove the source/ },
  { of: 'audit', says: /Audit log 1–/ },
];

/** The entries in the Apps menu of a message. */
export const MENU: readonly MenuSubject[] = [
  {
    of: 'Import proxies',
    posted: '198.51.100.21:8080:anna:s3cret',
    says: /preview/,
  },
  { of: 'Import accounts', posted: 'ivy.001, Ivy', says: /preview/ },
];

/** The name of a picture, without its extension. */
export const fileOf = ({ of }: Pick<Subject, 'of'>) => of.toLowerCase().replaceAll(' ', '-');
