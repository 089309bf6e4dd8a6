import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { suggestModels } from '../../db/queries/accounts/models.ts';
import { markHandedOut } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findListQuery, insertListQuery } from '../../db/queries/list-queries.ts';
import {
  findByAddress,
  findProxy,
  findProxyRow,
  listProxies,
  updateChangeIpLink,
} from '../../db/queries/proxies/proxies.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { type ProxyName, suggestProxies, suggestValues } from '../../db/queries/suggestions.ts';
import type { Actor } from '../../domain/actor.ts';
import { readDetails } from '../../domain/parse/details.ts';
import { Refusal } from '../../domain/parse/refusal.ts';
import {
  PROXY_SORTS,
  type ProxyDetails,
  type ProxyFilter,
  type ProxyPage,
  type ProxySort,
} from '../../domain/proxies/proxy-view.ts';
import { UserError } from '../../errors.ts';
import { normalizeFilter, proxyFilter } from './proxy-filter.ts';

const PAGE_SIZE = 15;
const LIST_KIND = 'proxy.list';

/** What a list was asked for. */
const storedQuery = z.object({ filter: proxyFilter, sort: z.enum(PROXY_SORTS) });

export interface ProxyCredentials {
  id: number;
  host: string;
  port: number;
  type: string;
  username: string;
  password: string | null;
  changeIpUrl: string | null;
}

/** Reading the pool: lists, cards, names, and credentials. */
export class ProxyService {
  readonly #db: Db;
  readonly #keyring: Keyring;

  constructor(deps: { db: Db; keyring: Keyring }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
  }

  /** The first page, and the number under which `page` goes on. */
  async list(filter: ProxyFilter, sort: ProxySort): Promise<ProxyPage> {
    const normalized = normalizeFilter(filter);
    const queryId = await insertListQuery(this.#db, LIST_KIND, { filter: normalized, sort });
    return this.#read(queryId, { filter: normalized, sort });
  }

  /**
   * The page behind or in front of a proxy; where nothing is left there, the first.
   *
   * @throws UserError where the list is too old
   */
  async page(queryId: number, from?: { side: 'after' | 'before'; id: number }): Promise<ProxyPage> {
    const query = storedQuery.safeParse(await findListQuery(this.#db, LIST_KIND, queryId));
    if (!query.success) throw new UserError('list_expired', 'This list is too old.', 'Run /proxy list again.');
    const page = await this.#read(queryId, query.data, from);
    const isShortHead = from?.side === 'before' && page.before === 0 && page.rows.length < PAGE_SIZE;
    return from && (page.rows.length === 0 || isShortHead) ? this.#read(queryId, query.data) : page;
  }

  /** A page for programs: nothing is stored, and the next one begins behind the last proxy of this one. */
  async browse(
    filter: ProxyFilter,
    { sort, size, after }: { sort: ProxySort; size: number; after?: number | undefined },
  ): Promise<Pick<ProxyPage, 'rows' | 'total' | 'limit'>> {
    const { accounts_per_proxy: limit } = await readSettings(this.#db);
    const from = after === undefined ? {} : { from: { side: 'after' as const, id: after } };
    const { rows, total } = await listProxies(this.#db, {
      filter: normalizeFilter(filter),
      sort,
      size,
      limit,
      ...from,
    });
    return { rows, total, limit };
  }

  async #read(
    queryId: number,
    query: z.output<typeof storedQuery>,
    from?: { side: 'after' | 'before'; id: number },
  ): Promise<ProxyPage> {
    const { accounts_per_proxy: limit } = await readSettings(this.#db);
    const request = { ...query, limit, size: PAGE_SIZE, ...(from && { from }) };
    return { queryId, ...query, ...(await listProxies(this.#db, request)), pageSize: PAGE_SIZE, limit };
  }

  /** @throws UserError where there is no such proxy */
  async show(id: number): Promise<{ proxy: ProxyDetails; limit: number }> {
    const [proxy, { accounts_per_proxy: limit }] = await Promise.all([findProxy(this.#db, id), readSettings(this.#db)]);
    if (!proxy) throw new UserError('proxy_unknown', `There is no proxy #${id}.`, 'Run /proxy list to see all.');
    return { proxy, limit };
  }

  /**
   * The number of the proxy that somebody typed: `#1042`, `1042`, or an address that only one proxy has.
   *
   * @throws UserError where it names none or several
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
        `Several proxies stand behind ${text}: ${numbers}.`,
        'Name one by its number.',
      );
    }
    throw new UserError(
      'proxy_unknown',
      `No proxy is named “${text.slice(0, 60)}”.`,
      'Pick one from the suggestions, or type its number, such as #12.',
    );
  }

  /** The credentials in the clear. Whoever looks is written down. */
  async credentials(actor: Actor, id: number): Promise<ProxyCredentials> {
    const row = await findProxyRow(this.#db, id);
    if (!row) throw new UserError('proxy_unknown', `There is no proxy #${id}.`);
    const open = (sealed: Buffer | null, field: 'password' | 'change_ip_url') =>
      sealed ? this.#keyring.open(sealed, row.credentialId, field) : null;
    const [password, changeIpUrl] = await Promise.all([
      open(row.passwordSealed, 'password'),
      open(row.changeIpUrlSealed, 'change_ip_url'),
    ]);
    await markHandedOut(this.#db, id);
    await insertAudit(this.#db, actor, { action: 'proxy.credentials', entity: 'proxy', entityId: id });
    return { id, host: row.host, port: row.port, type: row.type, username: row.username, password, changeIpUrl };
  }

  /**
   * Sets or removes the link that gives a proxy another exit IP. It is a secret, and sealed like a password.
   *
   * @throws UserError for what is no web address
   */
  async setChangeIpLink(actor: Actor, id: number, link: string | null): Promise<void> {
    const read = readDetails({ changeIpUrl: link ?? '' });
    if (read instanceof Refusal) throw new UserError('bad_field', read.reason, 'Nothing was changed.');
    await this.#db.transaction(async (tx) => {
      const row = await findProxyRow(tx, id);
      if (!row) throw new UserError('proxy_unknown', `There is no proxy #${id}.`);
      const sealed = link === null ? null : await this.#keyring.seal(tx, link, row.credentialId, 'change_ip_url');
      await updateChangeIpLink(tx, id, sealed);
      const after = { link: link === null ? 'removed' : 'set' };
      await insertAudit(tx, actor, { action: 'proxy.change_ip_link', entity: 'proxy', entityId: id, after });
    });
  }

  suggest(typed: string, count: number): Promise<ProxyName[]> {
    return suggestProxies(this.#db, typed.trim(), count);
  }

  suggestValues(kind: 'provider' | 'country' | 'tag' | 'model', typed: string, count: number): Promise<string[]> {
    return kind === 'model' ? suggestModels(this.#db, typed, count) : suggestValues(this.#db, kind, typed, count);
  }
}
