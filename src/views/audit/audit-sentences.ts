import { accountFilter } from '../../domain/accounts/account-filter.ts';
import type { AuditAction, AuditRow } from '../../domain/audit-view.ts';
import { proxyFilter } from '../../domain/proxies/filters.ts';
import { code, count, escapeText, formatActor, plural, truncate } from '../../kit/text.ts';
import { filterWords } from '../proxy/filter-words.ts';

const LONGEST = { name: 40, file: 60, value: 40 } as const;

type Values = AuditRow['after'];

const numberIn = (values: Values, key: string): number => {
  const value = values?.[key];
  return typeof value === 'number' ? value : 0;
};

/** ` · 12 moved`; empty for zero. */
const also = (n: number, what: string) => (n > 0 ? ` · ${count(n)} ${what}` : '');
const proxies = (n: number) => plural(n, 'proxy', 'proxies');
const textIn = (values: Values, key: string): string | undefined => {
  const value = values?.[key];
  return typeof value === 'string' || typeof value === 'number'
    ? escapeText(truncate(String(value), LONGEST.value))
    : undefined;
};
const name = ({ entity, entityId, entityName }: AuditRow): string =>
  entityName === null
    ? `${entity} #${escapeText(truncate(entityId, LONGEST.name))}`
    : code(truncate(entityName, LONGEST.name));
const proxyOf = ({ entityId }: AuditRow): string => `#${escapeText(truncate(entityId, LONGEST.name))}`;

/** ` from list.csv (import #12)` */
function fromFile({ after, entityId }: AuditRow): string {
  const file = after?.file;
  const from = typeof file === 'string' ? ` from ${code(truncate(file, LONGEST.file))}` : '';
  return `${from} (import #${escapeText(entityId)})`;
}

/** `1,500 proxies (provider acme)`, or the number of the only one. */
function poolTarget({ after }: AuditRow): string {
  const only = after?.proxy;
  if (typeof only === 'number') return `#${only}`;
  const filter = proxyFilter.safeParse(after?.filter);
  const words = filter.success ? filterWords(filter.data) : [];
  return `${proxies(numberIn(after, 'count'))}${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
}

/** `activated 1,500 proxies (provider acme) · 4,493 waiting accounts assigned` */
const pool =
  (verb: string | ((entry: AuditRow) => string)): Sentence =>
  (entry) => {
    const { after } = entry;
    const did = typeof verb === 'string' ? verb : verb(entry);
    const effects = [
      also(numberIn(after, 'moved'), numberIn(after, 'moved') === 1 ? 'account moved' : 'accounts moved'),
      also(numberIn(after, 'stranded'), 'without another proxy'),
      also(
        numberIn(after, 'served'),
        numberIn(after, 'served') === 1 ? 'waiting account assigned' : 'waiting accounts assigned',
      ),
    ];
    return `${did} ${poolTarget(entry)}${effects.join('')}`;
  };

const onProxy =
  (verb: string): Sentence =>
  (entry) =>
    `${verb} ${proxyOf(entry)}`;
const onNamed =
  (verb: string): Sentence =>
  (entry) =>
    `${verb} ${name(entry)}`;
const counted =
  (verb: string, what: (n: number) => string): Sentence =>
  (entry) =>
    `${verb} ${what(numberIn(entry.after, 'count'))}`;
const accounts = (n: number) => plural(n, 'account');

/** `removed 133 accounts (model Amber) · 120 left their proxies` */
const ofAccounts =
  (verb: string): Sentence =>
  ({ after }) => {
    const filter = accountFilter.safeParse(after?.filter);
    const words = filter.success ? filterWords(filter.data) : [];
    const which = `${accounts(numberIn(after, 'count'))}${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
    const effects = [
      also(numberIn(after, 'left'), 'left their proxies'),
      also(numberIn(after, 'placed'), 'assigned'),
      also(numberIn(after, 'waiting'), 'waiting'),
    ];
    return `${verb} ${which}${effects.join('')}`;
  };
const isBlocked = ({ after }: AuditRow) => after?.isBlocked === true;

function assigned(entry: AuditRow): string {
  const [from, to] = [entry.before?.proxy, entry.after?.proxy];
  if (typeof from === 'number') return `moved ${name(entry)} from #${from} to #${to}`;
  return `assigned #${to} to ${name(entry)}`;
}

function muted({ after, action }: AuditRow): string {
  const what = typeof after?.proxyId === 'number' ? `#${after.proxyId}` : textIn(after, 'provider');
  const incident = typeof after?.alertId === 'number' ? `incident #${after.alertId}` : 'all alerts';
  return `${action === 'alert.mute' ? 'muted' : 'unmuted'} ${what ?? incident}`;
}

const incident = ({ entityId }: AuditRow) => `incident #${escapeText(entityId)}`;

function exported({ after }: AuditRow): string {
  const format = textIn(after, 'format');
  return `exported proxies${format ? ` as ${format}` : ''}${after?.credentials === true ? ' with credentials' : ''}`;
}

type Sentence = (entry: AuditRow) => string;

/** The predicate of each sentence; the person is its subject. */
const SENTENCES: Record<AuditAction, Sentence> = {
  'account.add': (entry) => `added ${name(entry)} (${textIn(entry.after, 'model') ?? 'no model'})`,
  'account.assign': assigned,
  'account.edit': onNamed('edited'),
  'account.import': (entry) =>
    `imported ${accounts(numberIn(entry.after, 'count'))}${fromFile(entry)}${also(numberIn(entry.after, 'placed'), 'assigned')}`,
  'account.import_cancel': (entry) => `cancelled import #${escapeText(entry.entityId)} of accounts`,
  'account.import_undo': (entry) =>
    `undid import #${escapeText(entry.entityId)} of accounts${also(numberIn(entry.after, 'removed'), 'removed')}${also(numberIn(entry.after, 'restored'), 'restored')}${also(numberIn(entry.after, 'kept'), 'left as they are')}`,
  'account.import_update': (entry) => `updated ${accounts(numberIn(entry.after, 'count'))}${fromFile(entry)}`,
  'account.lookup': onNamed('looked up the proxy of'),
  'account.release': onNamed('ended the hold of'),
  'account.remove': onNamed('removed'),
  'account.unassign': (entry) =>
    `unassigned ${textIn(entry.before, 'proxy') ? `#${textIn(entry.before, 'proxy')}` : 'the proxy'} from ${name(entry)}`,
  'account.update': onNamed('updated'),
  'accounts.edit': ofAccounts('edited'),
  'accounts.hold': ofAccounts('put on hold'),
  'accounts.release': ofAccounts('ended the hold of'),
  'accounts.remove': ofAccounts('removed'),
  'alert.mute': muted,
  'alert.unmute': muted,
  'assignment.fill': counted('assigned proxies to', accounts),
  'assignment.serve': counted('assigned proxies to', (n) => plural(n, 'waiting account')),
  'audit.export': () => 'exported the audit log',
  'failover.move': (entry) =>
    `moved ${accounts(numberIn(entry.after, 'moved'))} off failing proxies (${escapeText(entry.entityId)})`,
  'history.export': () => 'exported the assignment history',
  'incident.acknowledge': (entry) => `acknowledged ${incident(entry)}`,
  'incident.hand_over': (entry) => `handed ${incident(entry)} over to ${formatActor(textIn(entry.after, 'to') ?? '')}`,
  'incident.note': (entry) => `added a note to ${incident(entry)}`,
  'maintenance.announce': (entry) =>
    `announced ${escapeText(entry.entityId)} of ${escapeText(textIn(entry.after, 'provider') ?? 'everything')}`,
  'maintenance.end': (entry) => `ended ${escapeText(entry.entityId)}`,
  'model.remove': (entry) => `removed the model ${textIn(entry.before, 'name')}`,
  'model.rename': (entry) => `renamed the model ${textIn(entry.before, 'name')} to ${textIn(entry.after, 'name')}`,
  'pool.activate': pool('activated'),
  'pool.deactivate': pool((entry) => (isBlocked(entry) ? 'blocked' : 'deactivated')),
  'pool.edit': pool('edited'),
  'pool.edit_undo': (entry) =>
    `undid the edit of ${proxies(numberIn(entry.after, 'count'))} (plan ${escapeText(entry.entityId)})${also(numberIn(entry.after, 'kept'), 'left as they are')}`,
  'pool.move': pool('moved accounts off'),
  'pool.rebalance': pool('rebalanced'),
  'pool.release': pool('ended the cooldown of'),
  'pool.remove': pool('removed'),
  'pool.separate': pool('separated the VPS on'),
  'proxy.activate': onProxy('activated'),
  'proxy.change_ip': onProxy('changed the IP of'),
  'proxy.change_ip_link': onProxy('set the change-IP link of'),
  'proxy.deactivate': (entry) => `${entry.after?.status === 'blocked' ? 'blocked' : 'deactivated'} ${proxyOf(entry)}`,
  'proxy.edit': onProxy('edited'),
  'proxy.edit_undo': onProxy('undid the edit of'),
  'proxy.export': exported,
  'proxy.import': (entry) => `imported ${proxies(numberIn(entry.after, 'count'))}${fromFile(entry)}`,
  'proxy.import_add': (entry) => `added ${proxies(numberIn(entry.after, 'count'))} as new${fromFile(entry)}`,
  'proxy.import_cancel': (entry) => `cancelled import #${escapeText(entry.entityId)} of proxies`,
  'proxy.import_undo': (entry) =>
    `undid import #${escapeText(entry.entityId)}${also(numberIn(entry.after, 'removed'), 'removed')}${also(numberIn(entry.after, 'restored'), 'restored')}`,
  'proxy.import_update': (entry) => `updated ${proxies(numberIn(entry.after, 'count'))}${fromFile(entry)}`,
  'proxy.release': onProxy('ended the cooldown of'),
  'proxy.remove': onProxy('removed'),
  'proxy.show_credentials': onProxy('viewed the credentials of'),
  'proxy.update': onProxy('updated'),
  'settings.edit': () => 'changed the alert settings',
  'source.add': onNamed('added'),
  'source.apply': (entry) =>
    `applied a sync of ${name(entry)}${also(numberIn(entry.after, 'new'), 'new')}${also(numberIn(entry.after, 'replaced'), 'replaced')}${also(numberIn(entry.after, 'changed'), 'changed')}${also(numberIn(entry.after, 'renewed'), 'renewed')}${also(numberIn(entry.after, 'moved'), 'accounts moved')}`,
  'source.edit': onNamed('edited'),
  'source.remove': (entry) => `removed ${name(entry)}${also(numberIn(entry.before, 'proxies'), 'proxies stay')}`,
  'source.skip': onNamed('skipped a sync of'),
  'source.sync': onNamed('started a sync of'),
  'vps.add': onNamed('added'),
  'vps.assign': (entry) => {
    const accounts = numberIn(entry.after, 'moved') + numberIn(entry.after, 'added');
    return `assigned ${accounts > 0 ? plural(accounts, 'account') : 'accounts'} to ${name(entry)}`;
  },
  'vps.create_token': onNamed('created a token of'),
  'vps.document': counted('documented', (n) => plural(n, 'VPS-proxy link')),
  'vps.edit': onNamed('edited'),
  'vps.export': () => 'exported the VPS mappings',
  'vps.import': (entry) => `imported VPS mappings (import #${escapeText(entry.entityId)})`,
  'vps.import_cancel': (entry) => `cancelled import #${escapeText(entry.entityId)} of VPS`,
  'vps.link': (entry) => `linked ${name(entry)} to #${textIn(entry.after, 'proxy') ?? '?'}`,
  'vps.remove': onNamed('removed'),
  'vps.revoke_token': onNamed('revoked a token of'),
  'vps.tidy': counted('removed', (n) => plural(n, 'unused VPS-proxy link')),
  'vps.unlink': (entry) => `unlinked ${name(entry)} from #${textIn(entry.before, 'proxy') ?? '?'}`,
};

const isKnown = (action: string): action is AuditAction => Object.hasOwn(SENTENCES, action);

/** The predicate of an entry's sentence; undefined for an action of another release. */
export function auditSentence(entry: AuditRow): string | undefined {
  return isKnown(entry.action) ? SENTENCES[entry.action](entry) : undefined;
}
