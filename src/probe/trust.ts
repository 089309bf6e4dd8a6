import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** What TLS is verified with: the system's authorities, and those of `ca` (in PEM) beside them. */
export function trusting(ca: string | undefined): SecureContext {
  const trusted = ca ? { ca: [...getCACertificates('default'), ca] } : {};
  return createSecureContext({ ...trusted, minVersion: 'TLSv1.2' });
}
