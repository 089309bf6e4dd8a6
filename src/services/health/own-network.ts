import { ignoring } from '../../base/ignoring.ts';
import type { CheckTarget } from '../../domain/health/check-target.ts';
import type { Probe } from '../../probe/probe.ts';
import { SharedResult } from '../shared/shared-result.ts';

/** Time for which a result is reused. */
const TRUSTED_MS = 20_000;

export interface OwnNetwork {
  /** The targets that respond without a proxy. */
  targets: readonly CheckTarget[];
  /** Why no target responds; empty if one does. */
  reason: string;
}

interface CheckOptions {
  isFresh?: boolean;
  signal?: AbortSignal | undefined;
}

/** Checks whether the targets respond to this process without a proxy. If they do not, no proxy is at fault. */
export class OwnNetworkCheck {
  readonly #probe: Probe;
  readonly #verdict: SharedResult<OwnNetwork>;
  /** The check that runs, or ran last. */
  #asking: Promise<unknown> = Promise.resolve();
  #following: Promise<OwnNetwork> | undefined;

  /** @param deps.elapsed milliseconds of a clock that cannot jump */
  constructor(deps: { probe: Probe; elapsed?: () => number }) {
    this.#probe = deps.probe;
    const read = () => {
      const asked = this.#ask();
      this.#asking = asked.catch(ignoring('those who share the check get its error'));
      return asked;
    };
    this.#verdict = new SharedResult({ read, freshMs: TRUSTED_MS, now: deps.elapsed });
  }

  /**
   * @param options.isFresh whether the check must begin after this call, as evidence from after a batch does
   * @throws the abort reason of the signal; other callers that share the check still get its result
   */
  async check({ isFresh = false, signal }: CheckOptions = {}): Promise<OwnNetwork> {
    // Before the check begins: the failure of one that no caller waits for would be an unhandled rejection, which ends
    // the process.
    signal?.throwIfAborted();
    return unlessAborted(isFresh ? this.#next() : this.#verdict.get(), signal);
  }

  /** A check that runs has begun before this call, so all callers until it ends share the one after it. */
  #next(): Promise<OwnNetwork> {
    this.#following ??= this.#asking.then(() => {
      this.#following = undefined;
      return this.#verdict.get({ isFresh: true });
    });
    return this.#following;
  }

  async #ask(): Promise<OwnNetwork> {
    const checks = await Promise.all(
      this.#probe.targets.map(async (target) => ({
        target,
        result: await this.#probe.checkDirect({ target }),
      })),
    );
    const targets = checks.filter(({ result }) => result.outcome === 'ok').map(({ target }) => target);
    const reasons = checks.map(({ target, result }) => `${target.url.host}: ${result.detail}`);
    return { targets, reason: targets.length > 0 ? '' : `No target responds without a proxy. ${reasons.join(' ')}` };
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
