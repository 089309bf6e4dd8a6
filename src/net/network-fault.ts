/** The meaning of an error of a socket, of TLS or of a name server for the other side. */
export type NetworkFault =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'reset'
  | 'timeout'
  /** The other side does not speak TLS at all. */
  | 'no_tls'
  | 'wrong_host'
  | 'untrusted'
  | 'tls'
  /** The fault is on our side, or unknown. */
  | 'local';

const NAME_ERRORS = new Set(['ENOTFOUND', 'ENODATA', 'EAI_AGAIN', 'ESERVFAIL', 'ETIMEOUT', 'EBADNAME', 'EBADRESP']);

/** Errors of the operating system that concern the other side. */
const PEER_ERRORS: Record<string, NetworkFault> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

/** OpenSSL's errors for bytes that are not TLS; its other errors mean that TLS failed. */
const NO_TLS = /WRONG_VERSION_NUMBER|LENGTH_TOO_LONG|RECORD_LENGTH|HTTP_REQUEST|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE/;

/** Certificates that do not verify, as node names them after OpenSSL's X509_V_ERR codes. */
const CERTIFICATE_ERROR = /CERT|SIGNATURE|ISSUER|SIGNED|CRL|CA_KEY|PURPOSE|HOSTNAME/;

/** Node's `code` of an error, or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Classifies Node's `code` of an error that occurred during name resolution, or later. */
export function networkFault(code: string, isResolving: boolean): NetworkFault {
  if (isResolving && NAME_ERRORS.has(code)) return 'dns';
  // In every step: in TLS 1.3 a client learns only after its handshake, with the first response, that the handshake was
  // refused.
  if (code.startsWith('ERR_SSL_')) return NO_TLS.test(code) ? 'no_tls' : 'tls';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'wrong_host';
  if (CERTIFICATE_ERROR.test(code)) return 'untrusted';
  // A name server that refuses our queries says nothing about the other side.
  return (!isResolving && PEER_ERRORS[code]) || 'local';
}
