import type { CheckResult } from '../../src/domain/health/check-result.ts';
import type { CheckTarget } from '../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../src/domain/health/outcome.ts';
import type { CheckProxy } from '../../src/probe/check-proxy.ts';
import type { Probe } from '../../src/probe/probe.ts';
import type { Random } from '../kit/random.ts';
import type { Gate } from '../process/gate.ts';

/** One check in so many fails without a cause. */
const BLIP = 1 / 400;
const LATENCY_MS = { from: 40, to: 900 };

/** What is out of order, until when, and what a check then finds. */
interface Outage {
  until: number;
  outcome: CheckOutcome;
}

/** What is at fault if every check fails, whatever the proxies do. */
const OUR_OWN = ['target', 'way out'] as const;

/** A proxy as it is in the world, whatever the pool says of it. */
interface RealProxy {
  provider: string;
  password: string;
  exitIp: string;
}

/** The proxies, the target and our own network. */
export class SimulatedNetwork {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #proxies = new Map<string, RealProxy>();
  readonly #outages = new Map<string, Outage>();
  readonly #flapping = new Set<string>();
  /** When the target or our way out were out of order. */
  readonly ownFaults: { from: number; until: number }[] = [];
  /** What the probe was given and the proxies do not know. */
  readonly complaints: string[] = [];

  constructor(deps: { random: Random; now(): number }) {
    this.#random = deps.random;
    this.#now = deps.now;
  }

  add(host: string, proxy: RealProxy): void {
    this.#proxies.set(host, proxy);
  }

  passwordOf(host: string): string | undefined {
    return this.#proxies.get(host)?.password;
  }

  hosts(): string[] {
    return [...this.#proxies.keys()];
  }

  /** Gives a proxy the exit IP of another one, as providers do. */
  shareExit(host: string, withHost: string): void {
    const [proxy, other] = [this.#proxies.get(host), this.#proxies.get(withHost)];
    if (proxy && other) proxy.exitIp = other.exitIp;
  }

  /** @param what the host of a proxy, `provider <name>`, `target`, or `way out` */
  breakDown(what: string, hours: number, outcome: CheckOutcome): void {
    const until = this.#now() + hours * 3_600_000;
    this.#outages.set(what, { until, outcome });
    if (OUR_OWN.some((own) => own === what)) this.ownFaults.push({ from: this.#now(), until });
  }

  flap(host: string, isFlapping: boolean): void {
    if (isFlapping) this.#flapping.add(host);
    else this.#flapping.delete(host);
  }

  repairAll(): void {
    for (const fault of this.ownFaults) fault.until = Math.min(fault.until, this.#now());
    this.#outages.clear();
    this.#flapping.clear();
  }

  /** The probe of one process. */
  probe(gate: Gate, targets: readonly CheckTarget[]): Probe {
    return {
      targets,
      check: async (proxy) => {
        await gate.enter();
        return this.#result(this.#check(proxy), this.#proxies.get(proxy.host)?.exitIp ?? null);
      },
      checkDirect: async () => {
        await gate.enter();
        return this.#result(this.#broken(...OUR_OWN) ?? 'ok', null);
      },
      close: () => undefined,
    };
  }

  #check({ host, password }: CheckProxy): CheckOutcome {
    const proxy = this.#proxies.get(host);
    if (!proxy) return 'unreachable';
    if (password !== proxy.password) {
      this.complaints.push(`${host} was checked with a wrong password`);
      return 'auth';
    }
    const broken = this.#broken(...OUR_OWN, `provider ${proxy.provider}`, host);
    if (broken) return broken;
    const isDown = this.#flapping.has(host) && Math.floor(this.#now() / 1_800_000) % 4 < 2;
    return isDown || this.#random.chance(BLIP) ? 'reset' : 'ok';
  }

  #broken(...what: string[]): CheckOutcome | undefined {
    for (const each of what) {
      const outage = this.#outages.get(each);
      if (outage && outage.until > this.#now()) return outage.outcome;
    }
    return undefined;
  }

  #result(outcome: CheckOutcome, exitIp: string | null): CheckResult {
    const ms = outcome === 'ok' ? this.#random.int(LATENCY_MS.from, LATENCY_MS.to) : null;
    const times = { connectMs: ms, handshakeMs: ms, firstByteMs: ms, totalMs: ms };
    return { outcome, detail: outcome, times, exitIp: outcome === 'ok' ? exitIp : null, target: 'check.example' };
  }
}
