import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, boolean, der, integer, octets, oid, sequence, set, tagged, time, utf8 } from './der.ts';

/** A certificate and its key, in PEM. */
export interface ServerCertificate {
  key: string;
  cert: string;
}

interface Validity {
  from: Date;
  to: Date;
}

export interface CertificateAuthority {
  caPem: string;
  /** A certificate for names and IPv4 addresses, valid from yesterday on for a year, or as `validity` says. */
  issue(hosts: readonly string[], validity?: Validity): ServerCertificate;
}

const DAY_MS = 24 * 3600 * 1000;
const LIFETIME_DAYS = 365;

const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALT_NAME = '2.5.29.17';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * A certificate authority for the lifetime of this process: Node can sign, but cannot create certificates (RFC 5280). Its keys are
 * generated at the start and never stored.
 */
export function createCertificateAuthority(issuer = 'Proxy Ops sandbox'): CertificateAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = { name: issuer, key: authority.privateKey };
  const isAuthority = extension(BASIC_CONSTRAINTS, sequence(boolean(true)), true);
  const signsCertificates = extension(KEY_USAGE, bits(Buffer.from([0b110]), 1), true);
  return {
    caPem: certificate({
      subject: issuer,
      publicKey: authority.publicKey,
      extensions: [isAuthority, signsCertificates],
      issuer: signer,
    }),
    issue: (hosts, validity) => ({
      key,
      cert: certificate({
        subject: hosts[0] ?? '',
        publicKey: server.publicKey,
        extensions: serverExtensions(hosts),
        issuer: signer,
        validity,
      }),
    }),
  };
}

function serverExtensions(hosts: readonly string[]): Buffer[] {
  return [
    extension(SUBJECT_ALT_NAME, sequence(...hosts.map(alternativeName))),
    extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
  ];
}

interface CertificateParts {
  subject: string;
  publicKey: KeyObject;
  extensions: readonly Buffer[];
  issuer: { name: string; key: KeyObject };
  validity?: Validity | undefined;
}

function certificate({ subject, publicKey, extensions, issuer, validity }: CertificateParts): string {
  const { from, to } = validity ?? thisYear();
  const version3 = tagged(0, integer(Buffer.from([2])));
  const body = sequence(
    version3,
    integer(Buffer.from([1, ...randomBytes(15)])),
    ECDSA_WITH_SHA256,
    name(issuer.name),
    sequence(time(from), time(to)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  );
  const whole = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, issuer.key)));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function thisYear(): Validity {
  const now = Date.now();
  return { from: new Date(now - DAY_MS), to: new Date(now + LIFETIME_DAYS * DAY_MS) };
}

function name(commonName: string): Buffer {
  return sequence(set(sequence(oid(COMMON_NAME), utf8(commonName))));
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(value));
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));
}
