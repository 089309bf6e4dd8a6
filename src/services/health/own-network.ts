import type { CheckTarget } from '../../domain/health/check-target.ts';
import type { Probe } from '../../probe/probe.ts';

/** A verdict is trusted for so long. */
const TRUSTED_MS = 20_000;

export interface OwnNetwork {
  /** The targets that answer without a proxy. */
  targets: readonly CheckTarget[];
  /** Why there is none; empty where there is one. */
  reason: string;
}

interface LookOptions {
  isFresh?: boolean;
  signal?: AbortSignal | undefined;
}

/** Whether the targets answer this process without any proxy: where they do not, no proxy is to blame. */
export class OwnNetworkCheck {
  readonly #probe: Probe;
  readonly #now: () => Date;
  #last: { at: number; verdict: Promise<OwnNetwork> } | undefined;

  constructor(deps: { probe: Probe; now?: () => Date }) {
    this.#probe = deps.probe;
    this.#now = deps.now ?? (() => new Date());
  }

  /**
   * @param options.isFresh whether an earlier verdict is not good enough
   * @throws the reason of the signal; whoever else waits for the same look still gets its verdict
   */
  async look({ isFresh = false, signal }: LookOptions = {}): Promise<OwnNetwork> {
    const now = this.#now().getTime();
    if (!this.#last || isFresh || now - this.#last.at > TRUSTED_MS) {
      const verdict = this.#look();
      this.#last = { at: now, verdict };
      // One that was broken off says nothing to the next.
      verdict.catch(() => {
        if (this.#last?.verdict === verdict) this.#last = undefined;
      });
    }
    return unlessAborted(this.#last.verdict, signal);
  }

  async #look(): Promise<OwnNetwork> {
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
