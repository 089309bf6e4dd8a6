import { noteEffect } from '../../base/effects.ts';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findExitIp } from '../../db/queries/health/health.ts';
import { findProxyRow } from '../../db/queries/proxies/proxies.ts';
import type { Actor } from '../../domain/actor.ts';
import type { IpChange } from '../../domain/health/ip-change.ts';
import type { ChangeIpResult } from '../../probe/change-ip.ts';
import type { ProxyTestService } from '../health/proxy-test-service.ts';

export interface IpChangeDeps {
  db: Db;
  keyring: Keyring;
  /** Calls a provider's link; never rejects. */
  callLink: (link: string) => Promise<ChangeIpResult>;
  tests: Pick<ProxyTestService, 'run'>;
  log: Logger;
}

/** Providers refuse calls in quick succession, and a second click within this time is usually a mistake. */
const PAUSE_MS = 10_000;

/** Changes the exit IP of a proxy by its provider's link, and checks the result. */
export class IpChangeService {
  readonly #db: Db;
  readonly #keyring: Keyring;
  readonly #callLink: IpChangeDeps['callLink'];
  readonly #tests: IpChangeDeps['tests'];
  readonly #log: Logger;
  readonly #resting = new Set<number>();

  constructor({ db, keyring, callLink, tests, log }: IpChangeDeps) {
    this.#db = db;
    this.#keyring = keyring;
    this.#callLink = callLink;
    this.#tests = tests;
    this.#log = log;
  }

  /**
   * Calls the link of a proxy once, records the caller and the response, and checks the proxy.
   *
   * @param show receives the provider's response before the check
   * @throws UserError if the proxy has no link, or if the link was called a moment ago
   */
  async change(actor: Actor, id: number, show: (change: IpChange) => void): Promise<IpChange> {
    const link = await this.#linkOf(id);
    const before = await findExitIp(this.#db, id);
    const change: IpChange = { proxyId: id, before, check: 'none', ...(await this.#call(actor, id, link)) };
    if (!change.ok) return change;
    show({ ...change, check: 'running' });
    return { ...change, check: await this.#check(id) };
  }

  async #call(actor: Actor, id: number, link: string): Promise<ChangeIpResult> {
    if (this.#resting.has(id)) {
      throw new UserError('change_ip_pause', `The IP of #${id} was just changed.`, 'Wait a few seconds.');
    }
    this.#resting.add(id);
    try {
      // From here on the exit IP may have changed, whatever the provider responds and whether or not it is recorded.
      noteEffect();
      const result = await this.#callLink(link);
      const after = { ok: result.ok, status: result.status };
      await insertAudit(this.#db, actor, { action: 'proxy.change_ip', entity: 'proxy', entityId: id, after });
      return result;
    } finally {
      setTimeout(() => this.#resting.delete(id), PAUSE_MS).unref();
    }
  }

  /** The link has been called, so an error of the check must not report that nothing was changed. */
  async #check(id: number): Promise<IpChange['check']> {
    try {
      const { tested } = await this.#tests.run({ ids: [id] });
      return tested[0] ?? 'none';
    } catch (err) {
      this.#log.warn({ err, proxyId: id }, 'a proxy could not be checked after its IP was changed');
      return 'none';
    }
  }

  async #linkOf(id: number): Promise<string> {
    const row = await findProxyRow(this.#db, id);
    if (!row || row.removedAt) throw notFound('proxy', id);
    const { changeIpUrlSealed: sealed, credentialId } = row;
    if (!sealed) {
      throw new UserError('no_change_ip_link', `#${id} has no change-IP link.`, 'Edit the proxy to add one.');
    }
    return await this.#keyring.open(sealed, credentialId, 'change_ip_url');
  }
}
