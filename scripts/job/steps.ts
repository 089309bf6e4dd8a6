import type { Desk } from './desk.ts';
import { accounts, ipRoyal, MODELS, machines, PROSE, proxySeller, webshare } from './files.ts';
import { walkFirstHour } from './first-hour.ts';

/** A step of the job, with the figures of its first walk by hand, before the messages were reworked. */
export interface Step {
  what: string;
  who: 'Ada' | 'Otto' | 'Vera' | 'Sam';
  before: { clicks: string; time: string; note?: string };
  walk(desk: Desk): Promise<unknown>;
}

const PROXY_STEPS: readonly Step[] = [
  {
    what: '`/help` and a topic',
    who: 'Otto',
    before: { clicks: '3', time: '0.3 s' },
    async walk(desk) {
      await desk.type('/help', {}, /getting started/);
      await desk.choose('Choose a topic', 2, /Supported formats|Importing/);
    },
  },
  {
    what: 'import 2,000 lines of Webshare',
    who: 'Otto',
    before: { clicks: '3', time: '2.4 + 0.9 s', note: 'a heading became a proxy' },
    async walk(desk) {
      await desk.drop(webshare(), { provider: 'Webshare' }, /1,974\s+new/);
      await desk.press('Import 1,974', /Imported 1,974/);
    },
  },
  {
    what: 'import a gateway of IPRoyal (CSV, `;`, BOM)',
    who: 'Otto',
    before: { clicks: '5', time: '2.1 + 2.9 s' },
    async walk(desk) {
      await desk.drop(ipRoyal(), {}, /1,500\s+new/);
      await desk.press('Import 1,500', /Imported 1,500/);
    },
  },
  {
    what: 'set the provider that was forgotten',
    who: 'Ada',
    before: { clicks: '–', time: '–', note: 'impossible' },
    async walk(desk) {
      await desk.open('Set provider');
      await desk.submit({ Provider: 'IPRoyal' }, /Edit 1,500 proxies/);
      await desk.press('Apply 1,500', /1,500 proxies edited/);
    },
  },
  {
    what: 'import 1,527 lines of Proxy-Seller (CSV)',
    who: 'Otto',
    before: { clicks: '5', time: '4.3 + 0.6 s' },
    async walk(desk) {
      await desk.drop(proxySeller(), { provider: 'Proxy-Seller' }, /1,527\s+new/);
      await desk.press('Import 1,527', /Imported 1,527/);
    },
  },
];

const ACCOUNT_STEPS: readonly Step[] = [
  {
    what: 'make 20 VPS',
    who: 'Ada',
    before: { clicks: '60', time: '5 to 10 min', note: '20 public messages' },
    async walk(desk) {
      await desk.type('/vps import', { file: machines() }, /20 new VPS/);
      await desk.press('Apply 20', /Applied/);
    },
  },
  {
    what: 'import and assign 15,000 accounts',
    who: 'Ada',
    before: { clicks: '5', time: '17 + 14 s', note: '11 s without a sign' },
    async walk(desk) {
      await desk.type('/account import', { file: accounts() }, /15,000\s+new/);
      await desk.pressTwice('Import and assign', /Imported 15,000/);
    },
  },
  {
    what: '`/proxy fill`',
    who: 'Otto',
    before: { clicks: '2', time: '1.4 s' },
    walk: (desk) => desk.type('/proxy fill', {}, /Fill/),
  },
  {
    what: '`/proxy stats`',
    who: 'Otto',
    before: { clicks: '2', time: '9.4 s', note: 'no picture at the first call' },
    walk: (desk) => desk.type('/proxy stats', {}, /The pool[\s\S]*assigned/),
  },
  {
    what: 'accounts and models',
    who: 'Otto',
    before: { clicks: '4', time: '0.5 s' },
    async walk(desk) {
      await desk.type('/account models', {}, /Models/);
      await desk.type('/account list', {}, /Accounts 1–15/);
    },
  },
  {
    what: 'the proxies of the twelfth model',
    who: 'Otto',
    before: { clicks: '320', time: '–', note: 'only Next' },
    async walk(desk) {
      await desk.type('/proxy list', { sort: 'model' }, /Proxies 1–15/);
      await desk.choose('Go to a model', MODELS.length, /Linda/);
    },
  },
  {
    what: 'search `host:port`, open it, its credentials',
    who: 'Otto',
    before: { clicks: '6', time: '1.1 + 0.6 s', note: 'found nothing' },
    async walk(desk) {
      await desk.type('/proxy list', { search: '64.64.0.' }, /Proxies 1–1 of 1/);
      await desk.choose('Open a proxy', 1, /Last used|Added/);
      await desk.press('Credentials', /Only you can see this/);
    },
  },
  {
    what: 'an unknown proxy, an ambiguous one',
    who: 'Otto',
    before: { clicks: '6', time: '0.4 s' },
    async walk(desk) {
      await desk.type('/proxy show', { proxy: '#9999999' }, /not found|Unknown/i);
      await desk.type('/proxy show', { proxy: 'geo.iproyal.com:12321' }, /1,500 proxies|several/i);
    },
  },
];

const CHANGE_STEPS: readonly Step[] = [
  {
    what: 'a forbidden assignment',
    who: 'Otto',
    before: { clicks: '4', time: '0.3 s' },
    walk: (desk) => desk.type('/proxy assign', { account: 'amber.00001', proxy: '#4' }, /Only you can see this|Move/),
  },
  {
    what: 'edit 1,500 proxies',
    who: 'Ada',
    before: { clicks: '6', time: '0.8 + 2.1 s', note: 'limit said at the click, no Undo' },
    async walk(desk) {
      await desk.type('/proxy edit', { provider: 'IPRoyal', set_label: 'residential' }, /Edit 1,500 proxies/);
      await desk.press('Apply 1,500', /1,500 proxies edited/);
    },
  },
  {
    what: 'deactivate a provider',
    who: 'Ada',
    before: { clicks: '5', time: '0.7 + 3.0 s', note: 'button without a number' },
    async walk(desk) {
      await desk.type('/proxy deactivate', { provider: 'Proxy-Seller' }, /Deactivate 1,527 proxies/);
      await desk.press('Deactivate 1,527', /1,527 proxies deactivated/);
    },
  },
  {
    what: 'activate it again',
    who: 'Ada',
    before: { clicks: '3', time: '0.7 + 14.4 s', note: '12 s without a sign' },
    async walk(desk) {
      await desk.type('/proxy activate', { provider: 'Proxy-Seller' }, /Activate 1,527 proxies/);
      await desk.press('Activate 1,527', /1,527 proxies activated/);
    },
  },
  {
    what: 'remove a proxy, its accounts move',
    who: 'Otto',
    before: { clicks: '5', time: '1.3 + 0.4 s' },
    async walk(desk) {
      await desk.type('/proxy remove', { proxy: '#12', reason: 'bought twice' }, /Remove #12/);
      await desk.press('Remove 1', /1 proxy removed/);
    },
  },
  {
    what: 'a removal that is cancelled',
    who: 'Otto',
    before: { clicks: '4', time: '–', note: 'says nothing' },
    async walk(desk) {
      await desk.type('/proxy remove', { proxy: '#13' }, /Remove #13/);
      await desk.press('Cancel', /Cancelled by/);
    },
  },
  {
    what: 'rebalance',
    who: 'Ada',
    before: { clicks: '3', time: '4 to 6 s' },
    walk: (desk) => desk.type('/proxy rebalance', { goal: 'spread' }, /Rebalance|Nothing to move/),
  },
  {
    what: 'test one proxy, then 1,500',
    who: 'Otto',
    before: { clicks: '6', time: '0.9 + 1.1 s' },
    async walk(desk) {
      await desk.type('/proxy test', { proxy: '#20' }, /Tested #20|Tested 1|#20/);
      await desk.type('/proxy test', { provider: 'IPRoyal' }, /Tested 1,500/);
    },
  },
];

const VPS_STEPS: readonly Step[] = [
  {
    what: 'VPS: list, map, map of one',
    who: 'Otto',
    before: { clicks: '7', time: '0.9 + 2.2 + 1.6 s', note: '12,600 relations as drift' },
    async walk(desk) {
      await desk.type('/vps list', {}, /VPS 1–/);
      await desk.type('/vps map', {}, /20 VPS/);
      await desk.type('/vps map', { vps: 'vps-07' }, /VPS vps-07/);
    },
  },
  {
    what: 'link a VPS to a proxy, unlink it',
    who: 'Otto',
    before: { clicks: '4', time: '0.5 s' },
    async walk(desk) {
      await desk.type('/vps link', { vps: 'vps-07', proxy: '#4000' }, /Linked to #4000/);
      await desk.type('/vps unlink', { vps: 'vps-07', proxy: '#4000' }, /Unlinked from #4000/);
    },
  },
  {
    what: 'VPS: export, token',
    who: 'Ada',
    before: { clicks: '5', time: '1 + 0.8 s' },
    async walk(desk) {
      await desk.type('/vps export', {}, /mappings|relations|rows/i);
      await desk.type('/vps token', { vps: 'vps-07', action: 'create' }, /Only you can see this/);
    },
  },
];

const OTHER_STEPS: readonly Step[] = [
  {
    what: 'export, with credentials',
    who: 'Otto',
    before: { clicks: '5', time: '1.4 to 6 s' },
    async walk(desk) {
      await desk.type('/proxy export', {}, /5,000 proxies/);
      await desk.type('/proxy export', { credentials: 'true' }, /Only you can see this/);
    },
  },
  {
    what: 'history and audit log',
    who: 'Otto',
    before: { clicks: '4', time: '0.5 to 3 s', note: 'audit in machine words' },
    async walk(desk) {
      await desk.type('/proxy history', { account: 'amber.00001' }, /History/);
      await desk.type('/audit', {}, /Audit log 1–10/);
    },
  },
  {
    what: 'wrong files: prose, accounts as proxies',
    who: 'Otto',
    before: { clicks: '6', time: '0.5 to 5 s', note: 'no way to the right import' },
    async walk(desk) {
      await desk.drop(PROSE, {}, /Only you can see this/);
      await desk.drop(accounts(), {}, /Import as accounts/);
    },
  },
  {
    what: 'undo of an import',
    who: 'Otto',
    before: { clicks: '2', time: '0.6 + 0.9 s' },
    async walk(desk) {
      await desk.drop({ name: 'late.txt', text: '64.200.0.1:8080:anna:secret\n' }, {}, /1\s+new/);
      await desk.press('Import 1', /Imported 1/);
      await desk.press('Undo', /Undone|has accounts and stays/);
    },
  },
  {
    what: 'alerts: list, settings, mute everything and back',
    who: 'Ada',
    before: { clicks: '6', time: '0.3 s', note: 'one Enter muted everything' },
    async walk(desk) {
      await desk.type('/alerts list', {}, /alert/);
      await desk.type('/alerts settings', {}, /Failover/);
      await desk.type('/alerts mute', {}, /Mute all alerts for 8 hours\?/);
      await desk.press('Cancel', /Cancelled by/);
    },
  },
  {
    what: 'a viewer looks, and may not change',
    who: 'Vera',
    before: { clicks: '4', time: '0.5 s', note: '15 × `am•••`' },
    async walk(desk) {
      await desk.type('/account list', {}, /Accounts 1–15/);
      await desk.type('/proxy fill', {}, /you are a viewer/);
    },
  },
  {
    what: 'a stranger is refused',
    who: 'Sam',
    before: { clicks: '2', time: '0.5 s' },
    walk: (desk) => desk.type('/proxy list', {}, /role/),
  },
];

const MASS_STEPS: readonly Step[] = [
  {
    what: 'edit 15,000 accounts',
    who: 'Ada',
    before: { clicks: '–', time: '–', note: 'impossible' },
    async walk(desk) {
      await desk.type('/account edit', { search: '.', label: 'week 48' }, /Edit 15,000 accounts/);
      await desk.press('Edit 15,000 accounts', /15,000 accounts edited/);
    },
  },
  {
    what: 'remove 15,000 accounts',
    who: 'Ada',
    before: { clicks: '–', time: '–', note: '15,000 commands' },
    async walk(desk) {
      await desk.type('/account remove', { search: '.' }, /Remove 15,000 accounts/);
      await desk.press('Remove 15,000 accounts', /15,000 accounts removed/);
    },
  },
  {
    what: 'import 15,000 accounts again, and undo it',
    who: 'Ada',
    before: { clicks: '–', time: '–', note: 'no Undo' },
    async walk(desk) {
      await desk.type('/account import', { file: accounts() }, /15,000\s+restored after removal/);
      await desk.press('Import and assign', /Imported 15,000/);
      await desk.press('Undo', /Undone: 15,000 accounts removed/);
    },
  },
];

/** The job in a large pool: 5,001 proxies of three providers, 15,000 accounts of 12 models, 20 VPS. */
export const LARGE_POOL: readonly Step[] = [
  ...PROXY_STEPS,
  ...ACCOUNT_STEPS,
  ...CHANGE_STEPS,
  ...VPS_STEPS,
  ...OTHER_STEPS,
  ...MASS_STEPS,
];

/** The job in the sample: alerts come, and a provider fails. */
export const SAMPLE: readonly Step[] = [
  {
    what: 'load the sample, alerts come',
    who: 'Ada',
    before: { clicks: '1', time: '29 s', note: 'an expiry message per provider' },
    async walk(desk) {
      await desk.click('Load sample data');
      await desk.waitFor(/proxies expire soon/);
      await desk.waitFor(/proxies failing/);
    },
  },
  {
    what: 'fill waiting accounts and accounts on hold',
    who: 'Otto',
    before: { clicks: '2', time: '–', note: 'the sample had none' },
    async walk(desk) {
      await desk.type('/proxy fill', {}, /8 accounts/);
      await desk.press('Assign 2', /Assigned 2/);
    },
  },
  {
    what: 'a provider fails: the alert, its details',
    who: 'Ada',
    before: { clicks: '2', time: '–', note: 'no message' },
    async walk(desk) {
      await desk.click('Requests');
      await desk.click('Take Globex down');
      await desk.click('Close');
      await desk.waitFor(/[3-9]\d proxies[^#]*Globex/);
      await desk.press('Details', /Incident #\d+ · \d+ proxies/);
    },
  },
  {
    what: 'move the accounts off it',
    who: 'Ada',
    before: { clicks: '2', time: '0.2 to 3 s' },
    async walk(desk) {
      await desk.press('Reassign', /Move accounts off/);
      await desk.press(/^Apply/, /accounts? moved/);
    },
  },
];

/** `docs/first-hour.md` from its first command, with 5,000 proxies that can be reached. */
export const FIRST_HOUR_STEPS: readonly Step[] = [
  {
    what: 'the first hour, from the first import to the map',
    who: 'Ada',
    before: { clicks: '–', time: '–', note: 'new' },
    walk: walkFirstHour,
  },
];
