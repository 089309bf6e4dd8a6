import { UserError } from '../../base/errors.ts';
import type { Tx } from '../../db/client.ts';
import { findModel } from '../../db/queries/accounts/models.ts';
import { type PlanBasis, readOn } from '../../db/queries/assignments/pool.ts';
import { findProxy } from '../../db/queries/proxies/proxies.ts';
import { addressOf, coolingFor, type PoolProxy } from '../../domain/plan/shared/pool.ts';
import { formatAddress } from '../../domain/proxies/address.ts';

/** Thrown if a rule forbids the chosen proxy for an account. */
export class AssignmentRefusal extends UserError {
  readonly accountId: number;
  /** The best allowed proxy. */
  readonly nearestId: number | undefined;
  /** The proxy of the account. */
  readonly fromId: number | null;

  constructor(
    message: string,
    { accountId, nearestId, fromId }: { accountId: number; nearestId: number | undefined; fromId: number | null },
  ) {
    const next =
      nearestId === undefined ? 'No other proxy has a free slot for it.' : `Best alternative: #${nearestId}.`;
    super('rule', message, next);
    this.accountId = accountId;
    this.nearestId = nearestId;
    this.fromId = fromId;
  }
}

/** The rule that forbids a proxy to a model, as a sentence; undefined if none does. */
export async function ruleAgainst(
  tx: Tx,
  { limit, now }: PlanBasis,
  proxy: PoolProxy,
  wanted: { modelId: number; model: string },
): Promise<string | undefined> {
  const details = await findProxy(tx, proxy.id);
  if (!details) return undefined;
  const name = `#${proxy.id} (${formatAddress(details.host, details.port)})`;
  if (proxy.load > 0 && proxy.modelId !== wanted.modelId) {
    return `${name} is used by ${details.model}; a proxy serves one model only.`;
  }
  const cooling = coolingFor(proxy, now);
  if (proxy.load === 0 && cooling !== null && cooling !== wanted.modelId) {
    return `${name} is reserved for ${details.model} until its cooldown ends.`;
  }
  if (proxy.load >= limit) return `${name} is full: it has ${proxy.load} of ${limit} accounts.`;
  if (!proxy.eligible) {
    const isOff = details.status !== 'active';
    const state = isOff ? details.status : proxy.health === 'failing' ? 'failing' : 'expired';
    return `${name} takes no new accounts: it is ${state}.`;
  }
  return exitIpConflict(tx, now, proxy, { name, ...wanted });
}

/** R8: another model on the same exit IP. */
async function exitIpConflict(
  tx: Tx,
  now: number,
  proxy: PoolProxy,
  wanted: { name: string; modelId: number; model: string },
): Promise<string | undefined> {
  const address = addressOf(proxy);
  if (proxy.load > 0 || address === null) return undefined;
  const held = (await readOn(tx, now, [address], [proxy])).filter((each) => each.load > 0 && addressOf(each) !== null);
  const other = held.find((each) => each.modelId !== wanted.modelId);
  if (!other) return undefined;
  const model = other.modelId === null ? undefined : await findModel(tx, other.modelId);
  return `${wanted.name} has the exit IP ${address}, which ${model?.name} uses through #${other.id}; two models must not share an exit IP.`;
}
