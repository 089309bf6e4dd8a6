import { inspect } from 'node:util';
import { UserError } from '../../src/base/errors.ts';
import { createLogger } from '../../src/base/logger.ts';
import { isConnectionError } from '../../src/db/errors.ts';
import { Reads } from '../../src/db/reads.ts';
import type { CheckRecord } from '../../src/domain/health/check-record.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { runFailover } from '../../src/services/alerts/failover.ts';
import { CredentialsService } from '../../src/services/credentials/credentials-service.ts';
import { UseLog } from '../../src/services/credentials/use-log.ts';
import { HealthService } from '../../src/services/health/health-service.ts';
import { openPoolServices } from '../../test/helpers/pool/pool-services.ts';
import { type Answer, actorOf, type Operation, type Request, type SeenProxy } from './operations.ts';

type Actor = { id: string; name: string };
type OperationOf<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
type Performers = { [K in Operation['kind']]: (actor: Actor, operation: OperationOf<K>) => Promise<Answer> };
type Services = Awaited<ReturnType<typeof openServices>>;

const PORT = 8080;
const FAILED_CHECKS = 3;
const STALE: Answer = { kind: 'refused', code: 'stale', text: '' };

/** The services of one process, by operation. @param name of its connections */
export async function openPerformers(url: string, name: string): Promise<Performers> {
  const services = await openServices(url, name);
  return { ...onAccounts(services), ...onProxies(services), ...onAll(services) };
}

async function openServices(url: string, name: string) {
  const log = createLogger('silent');
  const services = await openPoolServices(url, { name });
  const { db, keyring } = services;
  const alerts = new AlertService({ db, opsChannelId: '1', guildId: '2' });
  const health = new HealthService({ db, alerts, intervalMs: 600_000 });
  const useLog = new UseLog({ db, log });
  const credentials = new CredentialsService({ db, reads: new Reads({ url, log }), keyring, useLog, health });
  return { ...services, health, credentials };
}

const onAccounts = ({ accounts, assignments, credentials }: Services) =>
  ({
    async 'add account'(actor, { username, model }) {
      return { kind: 'done', account: (await accounts.add(actor, { username, model }, { isNewModel: true })).id };
    },
    async assign(actor, { account, isMove, proxy }) {
      const { proxyId, served } = await assignments.assign(actor, account, { isMove, proxyId: proxy });
      return { kind: 'done', proxy: proxyId, counts: { served } };
    },
    async unassign(actor, { account }) {
      return { kind: 'done', counts: { served: await assignments.unassign(actor, account, 'test') } };
    },
    async 'remove account'(actor, { account }) {
      return { kind: 'done', counts: { served: (await accounts.remove(actor, account)).served } };
    },
    async 'look up account'(actor, { account }) {
      const found = await credentials.find({ kind: 'operator', actor }, { named: String(account), by: 'id' });
      return { kind: 'done', proxy: found.proxy.id };
    },
  }) satisfies Partial<Performers>;

const onProxies = ({ pool, imports, changes, health }: Services) =>
  ({
    async import(actor, { hosts }) {
      const bytes = Buffer.from(hosts.map((host) => `http://u:p@${host}:${PORT}`).join('\n'));
      // Each import is a provider of its own, since the failover moves one account of a small provider per hour.
      const defaults = { provider: hosts[0] };
      const { planId, counts } = await imports.stage(actor, { name: 'p.txt', bytes, defaults, source: null });
      const { isStale, preview } = await imports.apply(actor, planId, 'import', counts.new);
      if (isStale) return STALE;
      const served = preview.results.import?.served;
      return { kind: 'done', ...(served !== undefined && { counts: { served } }) };
    },
    async 'remove proxy'(actor, { proxy }) {
      const [result] = await changes.now(actor, [{ kind: 'remove', target: { ids: [proxy] } }]);
      if (!result || result.count === 0) return { kind: 'refused', code: 'proxy_unknown', text: 'it is removed' };
      const { served, moved, stranded } = result;
      return { kind: 'done', counts: { served, moved, stranded } };
    },
    async 'fail proxy'(_, { proxy }) {
      await health.record(Array.from({ length: FAILED_CHECKS }, () => failedCheck(proxy)));
      return { kind: 'done' };
    },
    async 'look at proxy'(_, { proxy }) {
      const { rows } = await pool.query<SeenProxy>(
        `select removed_at is not null as "isRemoved",
           array(select account_id from account_proxy_assignments where proxy_id = p.id order by account_id) as accounts
         from proxies p where id = $1`,
        [proxy],
      );
      const [seen] = rows;
      return seen ? { kind: 'done', seen } : { kind: 'refused', code: 'proxy_unknown', text: '' };
    },
  }) satisfies Partial<Performers>;

const onAll = ({ db, assignments }: Services) =>
  ({
    async fill(actor) {
      const { planId } = await assignments.planFill(actor);
      const { isStale, preview } = await assignments.applyFill(actor, planId);
      return isStale ? STALE : { kind: 'done', counts: { served: preview.result?.count ?? 0 } };
    },
    async serve(actor) {
      return { kind: 'done', counts: { served: await assignments.assignWaiting(actor) } };
    },
    async failover() {
      return { kind: 'done', counts: { moved: await runFailover(db) } };
    },
  }) satisfies Partial<Performers>;

function failedCheck(proxyId: number): CheckRecord {
  const times = { connectMs: null, handshakeMs: null, firstByteMs: null, totalMs: null };
  return {
    proxyId,
    at: new Date(),
    source: 'monitor',
    reporter: null,
    result: { outcome: 'timeout', detail: 'no answer', times, exitIp: null, target: '' },
  };
}

/** Does one operation. */
export async function perform(performers: Performers, { id, operation }: Request): Promise<Answer> {
  const actor = { id: actorOf(id), name: actorOf(id) };
  const performer = performers[operation.kind] as (actor: Actor, operation: Operation) => Promise<Answer>;
  try {
    return await performer(actor, operation);
  } catch (error) {
    if (isConnectionError(error)) return { kind: 'unknown' };
    if (error instanceof UserError) return { kind: 'refused', code: error.code, text: error.message };
    return { kind: 'unknown', failure: inspect(error) };
  }
}
