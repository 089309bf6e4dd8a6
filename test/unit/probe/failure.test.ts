import { describe, expect, it } from 'vitest';
import { failureOf, type Step } from '../../../src/probe/failure.ts';

const errorWith = (code: string) => Object.assign(new Error(`secret-host: ${code}`), { code });

describe('an error of the network', () => {
  const CASES: [code: string, step: Step, outcome: string][] = [
    ['ECONNREFUSED', 'connect', 'refused'],
    ['EHOSTUNREACH', 'connect', 'unreachable'],
    ['EHOSTDOWN', 'connect', 'unreachable'],
    ['ETIMEDOUT', 'connect', 'timeout'],
    ['ECONNRESET', 'tunnel', 'reset'],
    ['EPIPE', 'tunnel', 'reset'],
    ['ECONNABORTED', 'answer', 'reset'],
    // Of this machine: its routes, sockets and files say nothing about a proxy.
    ['ENETUNREACH', 'connect', 'inconclusive'],
    ['ENETDOWN', 'connect', 'inconclusive'],
    ['EADDRNOTAVAIL', 'connect', 'inconclusive'],
    ['EMFILE', 'connect', 'inconclusive'],
    ['EPERM', 'connect', 'inconclusive'],
    ['ENOBUFS', 'answer', 'inconclusive'],
    ['ENOTFOUND', 'dns', 'dns'],
    ['ENODATA', 'dns', 'dns'],
    ['EAI_AGAIN', 'dns', 'dns'],
    ['ESERVFAIL', 'dns', 'dns'],
    ['ETIMEOUT', 'dns', 'dns'],
    ['ECONNREFUSED', 'dns', 'inconclusive'],
    ['EMFILE', 'dns', 'inconclusive'],
    ['CERT_HAS_EXPIRED', 'target_tls', 'tls'],
    ['CERT_NOT_YET_VALID', 'proxy_tls', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'target_tls', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'target_tls', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'target_tls', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'proxy_tls', 'tls'],
    ['INVALID_PURPOSE', 'target_tls', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'target_tls', 'tls'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'target_tls', 'tls'],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'target_tls', 'tls'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tunnel', 'tls'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'answer', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'target_tls', 'protocol'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'proxy_tls', 'protocol'],
    ['ERR_SSL_HTTP_REQUEST', 'target_tls', 'protocol'],
  ];

  it.each(CASES)('%s in the step %s: %s', (code, step, outcome) => {
    const failure = failureOf(errorWith(code), step);
    expect(failure.outcome).toBe(outcome);
    expect(failure.message).toMatch(/^[A-Z].*\.$/);
    expect(failure.message).not.toContain('secret-host');
  });

  it('without a code is not blamed on anybody else', () => {
    for (const error of [new Error('odd'), 'odd', undefined]) {
      expect(failureOf(error, 'answer')).toMatchObject({ outcome: 'inconclusive' });
    }
  });
});
