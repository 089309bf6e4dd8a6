import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { readNow } from '../../db/queries/clock.ts';
import { readCheckTargets, type SealedTarget } from '../../db/queries/health/health.ts';
import type { CheckResult } from '../../domain/health/check-result.ts';
import type { CheckTarget } from '../../domain/health/check-target.ts';
import type { Probe } from '../../probe/probe.ts';
import { Slots } from './slots.ts';

export interface CheckedProxy {
  proxyId: number;
  host: string;
  port: number;
  provider: string | null;
  /** Whether its last check found it healthy. */
  wasHealthy: boolean;
  at: Date;
  result: CheckResult;
}

interface CheckCall {
  time: () => Date;
  target: CheckTarget | undefined;
  signal: AbortSignal | undefined;
}

/** Checks proxies with their credentials, up to `CHECK_CONCURRENCY` of this process at a time. */
export class Checker {
  readonly #db: Db;
  readonly #keyring: Pick<Keyring, 'open'>;
  readonly #probe: Probe;
  readonly #slots: Slots;
  readonly #now: () => Date | Promise<Date>;
  readonly #elapsed: () => number;

  constructor(deps: {
    db: Db;
    keyring: Pick<Keyring, 'open'>;
    probe: Probe;
    concurrency: number;
    /** By default the time of the database. */
    now?: () => Date | Promise<Date>;
    /** Milliseconds of a clock that cannot jump. */
    elapsed?: () => number;
  }) {
    this.#db = deps.db;
    this.#keyring = deps.keyring;
    this.#probe = deps.probe;
    this.#slots = new Slots(deps.concurrency);
    this.#now = deps.now ?? (() => readNow(deps.db));
    this.#elapsed = deps.elapsed ?? (() => performance.now());
  }

  /**
   * Checks each of these proxies once; removed ones are skipped.
   *
   * @param options.targets the targets to request; by default all configured ones, in turn
   * @throws the abort reason of the signal, after all checks have ended
   */
  async check(
    ids: readonly number[],
    { signal, targets }: { signal?: AbortSignal | undefined; targets?: readonly CheckTarget[] | undefined } = {},
  ): Promise<CheckedProxy[]> {
    const rows = await readCheckTargets(this.#db, ids);
    const time = await this.#startTime();
    const ended = await Promise.allSettled(
      rows.map((row, index) =>
        this.#slots.run(() => this.#one(row, { time, target: targets?.[index % targets.length], signal }), signal),
      ),
    );
    return ended.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  }

  /** A clock that starts at the time of the database, and cannot jump. */
  async #startTime(): Promise<() => Date> {
    const start = (await this.#now()).getTime();
    const begun = this.#elapsed();
    return () => new Date(start + this.#elapsed() - begun);
  }

  async #one(row: SealedTarget, { time, target, signal }: CheckCall): Promise<CheckedProxy> {
    const { id, type, host, port, username, passwordSealed, credentialId } = row;
    const password = passwordSealed ? await this.#keyring.open(passwordSealed, credentialId, 'password') : null;
    const result = await this.#probe.check({ type, host, port, username, password }, { target, signal });
    return { proxyId: id, host, port, provider: row.provider, wasHealthy: row.wasHealthy, at: time(), result };
  }
}
