import type { CheckTarget } from '../../domain/health/check-target.ts';
import type { Probe } from '../../probe/probe.ts';
import { SharedResult } from '../shared/shared-result.ts';

/** A verdict is trusted for so long. */
const TRUSTED_MS = 20_000;

export interface OwnNetwork {
  /** The targets that answer without a proxy. */
  targets: readonly CheckTarget[];
  /** Why there is none; empty where there is one. */
  reason: string;
}

interface CheckOptions {
  isFresh?: boolean;
  signal?: AbortSignal | undefined;
}

/** Whether the targets answer this process without any proxy: where they do not, no proxy is to blame. */
export class OwnNetworkCheck {
  readonly #probe: Probe;
  readonly #verdict: SharedResult<OwnNetwork>;

  constructor(deps: { probe: Probe; now?: () => Date }) {
    this.#probe = deps.probe;
    const now = deps.now ?? (() => new Date());
    this.#verdict = new SharedResult({
      read: () => this.#ask(),
      freshMs: TRUSTED_MS,
      now: () => now().getTime(),
    });
  }

  /**
   * @param options.isFresh whether an earlier verdict is not good enough
   * @throws the reason of the signal; whoever else waits for the same look still gets its verdict
   */
  async check({ isFresh = false, signal }: CheckOptions = {}): Promise<OwnNetwork> {
    return unlessAborted(this.#verdict.get({ isFresh }), signal);
  }

  async #ask(): Promise<OwnNetwork> {
    const looks = await Promise.all(
      this.#probe.targets.map(async (target) => ({
        target,
        result: await this.#probe.checkDirect({ target }),
      })),
    );
    const targets = looks.filter(({ result }) => result.outcome === 'ok').map(({ target }) => target);
    const reasons = looks.map(({ target, result }) => `${target.url.host}: ${result.detail}`);
    return { targets, reason: targets.length > 0 ? '' : `No target responds without a proxy. ${reasons.join(' ')}` };
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
