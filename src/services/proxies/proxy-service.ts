import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound, removed } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { markHandedOut } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findProvider } from '../../db/queries/proxies/providers.ts';
import { findByAddress, findProxy, findProxyRow, listProxies } from '../../db/queries/proxies/proxies.ts';
import { readSettings, type SharedSettings } from '../../db/queries/settings.ts';
import type { PageRequest } from '../../db/queries/stretches.ts';
import type { Actor } from '../../domain/actor.ts';
import { count } from '../../domain/counted.ts';
import { readAnyNumber } from '../../domain/input/row-number.ts';
import type { PageFrom } from '../../domain/page.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import { proxyFilter } from '../../domain/proxies/filters.ts';
import type { ProxyCredentials } from '../../domain/proxies/proxy-credentials.ts';
import { PROXY_SORTS, type ProxyDetails, type ProxyPage, type SortedFilter } from '../../domain/proxies/proxy-view.ts';
import type { SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';
import { readFilter, readKnownFilter } from './read-filter.ts';

const PAGE_SIZE = 15;
const NO_PROXIES = { ids: [], total: 0 };

const storedFilter = proxyFilter.extend({ sort: z.enum(PROXY_SORTS), isMasked: z.literal(true).optional() });

/** Reads the pool: lists, details, names, and credentials. */
export class ProxyService {
  readonly #db: Db;
  readonly #keyring: Keyring;
  readonly #list: StoredList<ProxyPage>;

  constructor(deps: { db: Db; keyring: Keyring; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
    this.#list = new StoredList<ProxyPage>(deps.db, {
      kind: 'proxy.list',
      filter: storedFilter,
      again: 'Run /proxy list again.',
      size: PAGE_SIZE,
      shared: deps.shared,
      read: (filter, from) => this.#read(filter, { size: PAGE_SIZE, from }),
    });
  }

  /** The first page, and the number under which `page` goes on. */
  async list({ sort, isMasked, ...filter }: SortedFilter): Promise<ProxyPage> {
    return this.#list.first({ ...(await readKnownFilter(this.#db, filter)), sort, isMasked });
  }

  /** @throws UserError if the list has expired */
  page(queryId: number, from: PageFrom): Promise<ProxyPage> {
    return this.#list.page(queryId, from);
  }

  /** A page for programs. Nothing is stored: the next page begins after the last proxy of this one. */
  browse(
    { sort, ...filter }: SortedFilter,
    size: number,
    after?: number,
  ): Promise<Pick<ProxyPage, 'rows' | 'total' | 'limit'>> {
    const from = after === undefined ? undefined : { side: 'after' as const, id: after };
    return this.#read({ ...readFilter(filter), sort }, { size, from, isExact: true });
  }

  async #read(filter: SortedFilter, page: PageRequest) {
    const { limit } = await readSettings(this.#db);
    return { ...(await listProxies(this.#db, { ...page, filter, limit })), limit };
  }

  /** @throws UserError if the proxy does not exist */
  async show(id: number): Promise<{ proxy: ProxyDetails } & Pick<SharedSettings, 'limit' | 'currency'>> {
    const [proxy, { limit, currency }] = await Promise.all([findProxy(this.#db, id), readSettings(this.#db)]);
    if (!proxy) throw notFound('proxy', id);
    return { proxy, limit, currency };
  }

  /**
   * The number of a proxy by `#1042`, `1042`, the number and its address, or an address that only one proxy has.
   *
   * @param options.withRemoved for what shows the past
   * @throws UserError if there is none, it was removed, or several match
   */
  async resolve(typed: string, { withRemoved = false }: { withRemoved?: boolean } = {}): Promise<number> {
    const text = typed.trim();
    const [named = '', address, ...others] = text.split(/\s+/);
    const number = others.length === 0 ? readAnyNumber(named) : undefined;
    if (number === undefined) return this.#byAddress(text);
    const found = await findProxyRow(this.#db, number);
    if (!found || (address !== undefined && address !== formatAddress(found.host, found.port)))
      throw notFound('proxy', address === undefined ? number : text);
    if (found.removedAt && !withRemoved) throw removed('proxy', number);
    return number;
  }

  async #byAddress(text: string): Promise<number> {
    const [, host, port = ''] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text) ?? [];
    const { ids, total } = host ? await findByAddress(this.#db, host.toLowerCase(), Number(port)) : NO_PROXIES;
    const [id, other] = ids;
    if (id === undefined) throw notFound('proxy', text);
    if (other === undefined) return id;
    const more = total > ids.length ? ` and ${count(total - ids.length)} more` : '';
    throw new UserError(
      'proxy_ambiguous',
      `${count(total)} proxies match ${text}: ${ids.map((each) => `#${each}`).join(', ')}${more}.`,
      'Use the number of one of them.',
    );
  }

  /** The decrypted credentials. The access is recorded in the audit log. */
  async credentials(actor: Actor, id: number): Promise<ProxyCredentials> {
    const row = await findProxyRow(this.#db, id);
    if (!row) throw notFound('proxy', id);
    const open = (sealed: Buffer | null, field: 'password' | 'change_ip_url') =>
      sealed ? this.#keyring.open(sealed, row.credentialId, field) : null;
    const [password, changeIpUrl] = await Promise.all([
      open(row.passwordSealed, 'password'),
      open(row.changeIpUrlSealed, 'change_ip_url'),
    ]);
    await markHandedOut(this.#db, [id]);
    await insertAudit(this.#db, actor, { action: 'proxy.show_credentials', entity: 'proxy', entityId: id });
    return { id, host: row.host, port: row.port, type: row.type, username: row.username, password, changeIpUrl };
  }

  /** A provider in the spelling that is stored. @throws UserError if no proxy ever had it */
  async resolveProvider(name: string): Promise<string> {
    const provider = await findProvider(this.#db, name);
    if (provider === undefined) throw notFound('provider', name);
    return provider;
  }
}
