import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findProxyRow, updateChangeIpLink } from '../../db/queries/proxies/proxies.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { readDetails } from '../../domain/parse/fields/details.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import type { ProxyEdit } from '../../domain/proxies/pool-change.ts';
import type { PoolChangeService } from '../pool-changes/pool-change-service.ts';

/** Edits one proxy, including its change-IP link, which a stored plan must not contain. */
export class ProxyEditService {
  readonly #db: Db;
  readonly #keyring: Keyring;
  readonly #changes: PoolChangeService;

  constructor(deps: { db: Db; keyring: Keyring; changes: PoolChangeService }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
    this.#changes = deps.changes;
  }

  /**
   * Edits a proxy: all parts or, if one is invalid, none.
   *
   * @param link the new change-IP link; null removes it, undefined keeps it
   * @throws UserError for an unknown proxy, and for a link that is not a web address
   */
  async edit(actor: Actor, id: number, edit: ProxyEdit, link?: string | null): Promise<void> {
    const read = readDetails({ changeIpUrl: link ?? '' });
    if (read instanceof Refusal) throw new UserError('bad_field', read.reason, 'Nothing was changed.');
    await transact(this.#db, async (tx) => {
      await this.#changes.nowIn(tx, actor, { kind: 'edit', target: { ids: [id] }, edit });
      if (link !== undefined) await this.#setLink(tx, actor, id, link);
    });
  }

  /** Sets or removes the change-IP link. It is a secret and is encrypted like a password. */
  async #setLink(tx: RepeatableTx, actor: Actor, id: number, link: string | null): Promise<void> {
    const row = await findProxyRow(tx, id);
    if (!row) throw notFound('proxy', id);
    const sealed = link === null ? null : await this.#keyring.seal(tx, link, row.credentialId, 'change_ip_url');
    await updateChangeIpLink(tx, id, sealed);
    const after = { link: link === null ? 'removed' : 'set' };
    await insertAudit(tx, actor, { action: 'proxy.change_ip_link', entity: 'proxy', entityId: id, after });
  }
}
