import type { Probe } from '../../probe/probe.ts';
import type { CheckTarget } from '../../probe/target.ts';

/** A verdict is trusted for so long. */
const TRUSTED_MS = 20_000;

export interface OwnNetwork {
  /** The targets that answer without a proxy. */
  targets: readonly CheckTarget[];
  /** Why there is none; empty where there is one. */
  reason: string;
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

  /** @param isFresh whether an earlier verdict is not good enough */
  look({ isFresh = false, signal }: { isFresh?: boolean; signal?: AbortSignal | undefined } = {}): Promise<OwnNetwork> {
    const now = this.#now().getTime();
    if (!this.#last || isFresh || now - this.#last.at > TRUSTED_MS) {
      const verdict = this.#look(signal);
      this.#last = { at: now, verdict };
      // One that was broken off says nothing to the next.
      verdict.catch(() => {
        if (this.#last?.verdict === verdict) this.#last = undefined;
      });
    }
    return this.#last.verdict;
  }

  async #look(signal?: AbortSignal): Promise<OwnNetwork> {
    const looks = await Promise.all(
      this.#probe.targets.map(async (target) => ({
        target,
        result: await this.#probe.checkDirect({ target, signal }),
      })),
    );
    const targets = looks.filter(({ result }) => result.outcome === 'ok').map(({ target }) => target);
    const reasons = looks.map(({ target, result }) => `${target.url.host}: ${result.detail}`);
    return { targets, reason: targets.length > 0 ? '' : `No target answers without a proxy. ${reasons.join(' ')}` };
  }
}
