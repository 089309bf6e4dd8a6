import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { suggestModels } from '../../db/queries/accounts/models.ts';
import { markHandedOut } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findByAddress, findProxy, findProxyRow, listProxies } from '../../db/queries/proxies/proxies.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { PageRequest } from '../../db/queries/stretches.ts';
import { type ProxyName, suggestProxies, suggestValues } from '../../db/queries/suggestions.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PageFrom } from '../../domain/page.ts';
import type { FieldFilter } from '../../domain/proxies/fields.ts';
import { proxyFilter } from '../../domain/proxies/filters.ts';
import type { ProxyCredentials } from '../../domain/proxies/proxy-credentials.ts';
import { PROXY_SORTS, type ProxyDetails, type ProxyPage, type SortedFilter } from '../../domain/proxies/proxy-view.ts';
import { NOTHING_SHARED, type SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';
import { readFilter } from './read-filter.ts';

const PAGE_SIZE = 15;

const storedFilter = proxyFilter.extend({ sort: z.enum(PROXY_SORTS) });

/** Reads the pool: lists, details, names, and credentials. */
export class ProxyService {
  readonly #db: Db;
  readonly #keyring: Keyring;
  readonly #shared: SharedResults;
  readonly #list: StoredList<ProxyPage>;

  constructor(deps: { db: Db; keyring: Keyring; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
    this.#shared = deps.shared ?? NOTHING_SHARED;
    this.#list = new StoredList<ProxyPage>(deps.db, {
      kind: 'proxy.list',
      filter: storedFilter,
      again: 'Run /proxy list again.',
      size: PAGE_SIZE,
      shared: deps.shared,
      read: (filter, from) => this.#read(filter, { size: PAGE_SIZE, from }),
    });
  }

  /** The first page, and the query number for `page`. */
  list({ sort, ...filter }: SortedFilter): Promise<ProxyPage> {
    return this.#list.first({ ...readFilter(filter), sort });
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
  async show(id: number): Promise<{ proxy: ProxyDetails; limit: number }> {
    const [proxy, { limit }] = await Promise.all([findProxy(this.#db, id), readSettings(this.#db)]);
    if (!proxy) throw notFound('proxy', id);
    return { proxy, limit };
  }

  /**
   * The number of the proxy that was typed: `#1042`, `1042`, or the address of a single proxy.
   *
   * @throws UserError if no proxy or several match
   */
  async resolve(typed: string): Promise<number> {
    const text = typed.trim();
    const number = /^#?(\d{1,9})$/.exec(text)?.[1];
    if (number) return Number(number);
    const address = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text);
    const found = address?.[1] ? await findByAddress(this.#db, address[1].toLowerCase(), Number(address[2])) : [];
    if (found.length === 1 && found[0] !== undefined) return found[0];
    if (found.length > 1) {
      const numbers = found.map((id) => `#${id}`).join(', ');
      throw new UserError(
        'proxy_ambiguous',
        `Several proxies match ${text}: ${numbers}.`,
        'Use the number of one of them.',
      );
    }
    throw notFound('proxy', text);
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

  suggest(typed: string, count: number): Promise<ProxyName[]> {
    const text = typed.trim();
    return this.#shared.get(['proxies', text, count], () => suggestProxies(this.#db, text, count));
  }

  suggestValues(kind: FieldFilter | 'model', typed: string, count: number): Promise<string[]> {
    return this.#shared.get(['values', kind, typed, count], () =>
      kind === 'model' ? suggestModels(this.#db, typed, count) : suggestValues(this.#db, kind, typed, count),
    );
  }
}
