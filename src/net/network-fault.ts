/** What an error of a socket, of TLS or of a name server says about the other side. */
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

/** Errors of the operating system that are about the other side. */
const PEER_ERRORS: Record<string, NetworkFault> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

/** OpenSSL's errors for bytes that are not TLS; its other errors are about TLS that went wrong. */
const NO_TLS = /WRONG_VERSION_NUMBER|LENGTH_TOO_LONG|RECORD_LENGTH|HTTP_REQUEST|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE/;

/** Certificates that do not verify, as node names them after OpenSSL's X509_V_ERR codes. */
const CERTIFICATE_ERROR = /CERT|SIGNATURE|ISSUER|SIGNED|CRL|CA_KEY|PURPOSE|HOSTNAME/;

/** Node's `code` of an error, or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Classifies node's `code` of an error that came while a name was resolved, or later. */
export function networkFault(code: string, isResolving: boolean): NetworkFault {
  if (isResolving && NAME_ERRORS.has(code)) return 'dns';
  // In every step: TLS 1.3 tells a client that its handshake was refused only after it, in the first answer.
  if (code.startsWith('ERR_SSL_')) return NO_TLS.test(code) ? 'no_tls' : 'tls';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'wrong_host';
  if (CERTIFICATE_ERROR.test(code)) return 'untrusted';
  // A name server that refuses our questions says nothing about the other side.
  return (!isResolving && PEER_ERRORS[code]) || 'local';
}
