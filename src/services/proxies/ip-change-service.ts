import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findProxyRow } from '../../db/queries/proxies/proxies.ts';
import type { Actor } from '../../domain/actor.ts';
import { UserError } from '../../errors.ts';
import type { ChangeIpResult } from '../../probe/change-ip.ts';

export interface IpChangeDeps {
  db: Db;
  keyring: Keyring;
  /** Calls a provider's link; never rejects. */
  callLink: (link: string) => Promise<ChangeIpResult>;
}

/** Providers refuse calls in quick succession, and a second click within this time is a slip. */
const PAUSE_MS = 10_000;

/** Gives a proxy another exit IP by its provider's link. */
export class IpChangeService {
  readonly #db: Db;
  readonly #keyring: Keyring;
  readonly #callLink: IpChangeDeps['callLink'];
  readonly #resting = new Set<number>();

  constructor({ db, keyring, callLink }: IpChangeDeps) {
    this.#db = db;
    this.#keyring = keyring;
    this.#callLink = callLink;
  }

  /**
   * Calls the link of a proxy once, and writes down who did so and what came of it.
   *
   * @throws UserError where it has no link, or was called a moment ago
   */
  async change(actor: Actor, id: number): Promise<ChangeIpResult> {
    const link = await this.#linkOf(id);
    if (this.#resting.has(id)) {
      throw new UserError('change_ip_pause', `The IP of #${id} was changed a moment ago.`, 'Wait a few seconds.');
    }
    this.#resting.add(id);
    try {
      const result = await this.#callLink(link);
      const after = { ok: result.ok, status: result.status };
      await insertAudit(this.#db, actor, { action: 'proxy.change_ip', entity: 'proxy', entityId: id, after });
      return result;
    } finally {
      setTimeout(() => this.#resting.delete(id), PAUSE_MS).unref();
    }
  }

  async #linkOf(id: number): Promise<string> {
    const row = await findProxyRow(this.#db, id);
    if (!row || row.removedAt) throw new UserError('proxy_unknown', `There is no proxy #${id}.`);
    const { changeIpUrlSealed: sealed, credentialId } = row;
    if (!sealed) {
      throw new UserError('no_change_ip_link', `#${id} has no change-IP link.`, 'Give it one with Supply on its card.');
    }
    return await this.#keyring.open(sealed, credentialId, 'change_ip_url');
  }
}
