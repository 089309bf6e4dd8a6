import { milliseconds } from '../../counted.ts';
import type { ProxyHealth } from '../../proxies/proxy.ts';
import type { PlannedProxy } from './planned-proxy.ts';

/** Why an account gets its proxy, as data. */
export interface AssignmentReason {
  readonly kind: 'unused' | 'shared';
  /** Number of accounts on the proxy, including this one. */
  readonly load: number;
  readonly health: ProxyHealth;
  readonly latencyMs: number | null;
  /** The network, if the account is the first of its model in it. */
  readonly networkFirst: string | null;
}

export interface Assignment {
  accountId: number;
  modelId: number;
  proxyId: number;
  reason: AssignmentReason;
}

/**
 * The reason for the next account on a proxy, before its load is increased. If it equals `before`, that object is
 * returned: a large plan has hundreds of thousands of equal reasons.
 *
 * @param isFirst whether the account is the first of its model in the proxy's network
 */
export function reasonFor(
  { proxy, network, load }: PlannedProxy,
  isFirst: boolean,
  before?: AssignmentReason,
): AssignmentReason {
  const { health, latencyMs } = proxy;
  const networkFirst = isFirst ? network : null;
  const isSame =
    before?.load === load + 1 &&
    before.health === health &&
    before.latencyMs === latencyMs &&
    before.networkFirst === networkFirst;
  return isSame ? before : { kind: load === 0 ? 'unused' : 'shared', load: load + 1, health, latencyMs, networkFirst };
}

/** The reasons of one plan. Many are equal, and a model's first account in a network often has the reason of another model's. */
export class Reasons {
  readonly #ofFirst = new Map<string | null, AssignmentReason>();
  #last: AssignmentReason | undefined;

  of(planned: PlannedProxy, isFirst: boolean): AssignmentReason {
    if (!isFirst) {
      this.#last = reasonFor(planned, false, this.#last);
      return this.#last;
    }
    const reason = reasonFor(planned, true, this.#ofFirst.get(planned.network));
    this.#ofFirst.set(planned.network, reason);
    return reason;
  }
}

/** A reason as text: "unused, healthy, 84 ms, the model's first in 198.51.100.0/24". */
export function describeReason(reason: AssignmentReason): string {
  const parts = [reason.kind === 'unused' ? 'unused' : `shared by ${reason.load}`];
  // One success gives a latency, but it takes two to be healthy.
  const unknown = reason.latencyMs === null ? 'not checked yet' : 'health not known yet';
  parts.push(reason.health === 'unknown' ? unknown : reason.health);
  if (reason.latencyMs !== null) parts.push(milliseconds(reason.latencyMs));
  if (reason.networkFirst !== null) parts.push(`the model's first in ${reason.networkFirst}`);
  return parts.join(', ');
}
