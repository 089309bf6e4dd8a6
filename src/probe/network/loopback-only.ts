import type { CheckResult } from '../../domain/health/check-result.ts';
import { isLoopback } from '../../net/address-guard.ts';
import type { Probe } from '../probe.ts';

/** A probe for the sandbox: it connects only to proxies on this machine, and reports all others as inconclusive. */
export function loopbackOnly(probe: Probe): Probe {
  return {
    ...probe,
    check: async (proxy, options) => (isLoopback(proxy.host) ? probe.check(proxy, options) : notConnected()),
  };
}

function notConnected(): CheckResult {
  return {
    outcome: 'inconclusive',
    detail: 'The sandbox connects to this machine alone.',
    times: { connectMs: null, handshakeMs: null, firstByteMs: null, totalMs: null },
    exitIp: null,
    target: '',
  };
}
