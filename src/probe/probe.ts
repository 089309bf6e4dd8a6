import type { CheckResult } from '../domain/health/check-result.ts';
import type { CheckTarget } from '../domain/health/check-target.ts';
import { createResolver, type Resolver } from '../net/resolver.ts';
import { trusting } from '../net/trust.ts';
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
  /** One check of one proxy; the targets are used in turn, unless one is given. Rejects only with the reason of an aborted `signal`. */
  check(proxy: CheckProxy, options?: CheckOptions): Promise<CheckResult>;
  /** The same request without a proxy, which tells whether the target and our own network are well. */
  checkDirect(options?: CheckOptions): Promise<CheckResult>;
  /** Ends whatever is under way, and every later check, with an error. */
  close(): void;
}

export interface ProbeOptions {
  /** At least one. */
  targets: readonly CheckTarget[];
  /** Certificates in PEM that are trusted beside the system's. */
  ca?: string | undefined;
  /** For the whole check. */
  timeoutMs: number;
  /** For each step of it: name, connection, handshakes, answer. Two thirds of the whole if it is left out. */
  stepTimeoutMs?: number;
  /** Whether a proxy may stand in a private network or on this machine. */
  isPrivateAllowed: boolean;
  resolver?: Resolver;
}

/**
 * Checks of proxies over plain sockets: the proxy's protocol with the name of the target left to it, verified TLS to the target,
 * one GET, and the whole body read. Every check is a connection of its own and leaves nothing open. No TLS session is resumed:
 * a ticket would tell the target which exit IPs belong together.
 */
export function createProbe(options: ProbeOptions): Probe {
  const { targets, ca, timeoutMs, stepTimeoutMs = Math.ceil((timeoutMs * 2) / 3), isPrivateAllowed } = options;
  const resolver = options.resolver ?? createResolver(stepTimeoutMs);
  const means = { resolve: resolver.resolve, secureContext: trusting(ca), isPrivateAllowed };
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
      return await new Check(connection, proxy, target, means).run();
    } finally {
      open.delete(connection);
      connection.destroy();
    }
  }

  return {
    targets,
    check: (proxy, { target = nextTarget(), signal } = {}) => run(proxy, target, signal),
    checkDirect: ({ target = nextTarget(), signal } = {}) => run(null, target, signal),
    close() {
      isClosed = true;
      resolver.close();
      for (const connection of open) connection.abort(new Error('the probe is closed'));
    },
  };
}
