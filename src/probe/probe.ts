import type { CheckResult } from '../domain/health/check-result.ts';
import type { CheckTarget } from '../domain/health/check-target.ts';
import { createResolver, type Resolver } from '../net/resolver.ts';
import { createSecureContextWithCa } from '../net/trust.ts';
import { Check } from './check.ts';
import type { CheckProxy } from './check-proxy.ts';
import { Connection } from './network/connection.ts';

export interface CheckOptions {
  target?: CheckTarget | undefined;
  signal?: AbortSignal | undefined;
}

export interface Probe {
  /** The targets, in the order of the configuration. */
  readonly targets: readonly CheckTarget[];
  /**
   * Checks one proxy once; the targets are used in turn, unless one is given. Rejects only with the abort reason of
   * `signal`.
   */
  check(proxy: CheckProxy, options?: CheckOptions): Promise<CheckResult>;
  /** The same request without a proxy, which shows whether the target and our own network work. */
  checkDirect(options?: CheckOptions): Promise<CheckResult>;
  /** Aborts all current and later checks with an error. */
  close(): void;
}

export interface ProbeOptions {
  /** At least one. */
  targets: readonly CheckTarget[];
  /** Certificates in PEM format that are trusted in addition to the system's. */
  ca?: string | undefined;
  /** For the whole check. */
  timeoutMs: number;
  /** For each step: name resolution, connection, handshakes, response. Two thirds of the whole by default. */
  stepTimeoutMs?: number;
  /** Whether a proxy may be in a private network or on this machine. */
  isPrivateAllowed: boolean;
  resolver?: Resolver;
}

/** A busy process is not as late as this with the end of a check. */
const HELD_UP_MS = 5_000;

/**
 * Checks proxies over plain sockets: the proxy's protocol with name resolution by the proxy, verified TLS to the
 * target, one GET with its whole body. Every check uses a new connection and closes it. No TLS session is resumed: a
 * ticket would show the target which exit IPs belong together.
 */
export function createProbe(options: ProbeOptions): Probe {
  const { targets, ca, timeoutMs, stepTimeoutMs = Math.ceil((timeoutMs * 2) / 3), isPrivateAllowed } = options;
  const resolver = options.resolver ?? createResolver(stepTimeoutMs);
  const context = { resolve: resolver.resolve, secureContext: createSecureContextWithCa(ca), isPrivateAllowed };
  const open = new Set<Connection>();
  let isClosed = false;
  let turn = 0;

  const nextTarget = (): CheckTarget => {
    const target = targets[turn++ % targets.length];
    if (!target) throw new Error('a probe needs a target');
    return target;
  };

  async function run(proxy: CheckProxy | null, target: CheckTarget, signal?: AbortSignal): Promise<CheckResult> {
    if (isClosed) throw new Error('the probe is closed');
    const connection = new Connection({ timeoutMs, stepTimeoutMs, signal });
    open.add(connection);
    try {
      return await new Check(connection, proxy, target, context).run();
    } finally {
      open.delete(connection);
      connection.destroy();
    }
  }

  /**
   * A check that took much longer than it may was held up together with this process, such as by SIGSTOP. Its failure says
   * nothing about the proxy, so the check is repeated once.
   */
  async function runAwake(proxy: CheckProxy | null, target: CheckTarget, signal?: AbortSignal): Promise<CheckResult> {
    const begun = performance.now();
    const result = await run(proxy, target, signal);
    const isHeldUp = performance.now() - begun > timeoutMs + HELD_UP_MS;
    return isHeldUp && result.outcome !== 'ok' ? run(proxy, target, signal) : result;
  }

  return {
    targets,
    check: (proxy, { target = nextTarget(), signal } = {}) => runAwake(proxy, target, signal),
    checkDirect: ({ target = nextTarget(), signal } = {}) => runAwake(null, target, signal),
    close() {
      isClosed = true;
      resolver.close();
      for (const connection of open) connection.abort(new Error('the probe is closed'));
    },
  };
}
