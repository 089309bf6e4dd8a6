import { Refusal } from '../parse/fields/refusal.ts';
import type { SourceKind } from './listed.ts';

/** One part of a key, which is one field of the modal. */
export interface KeyPart {
  name: string;
  label: string;
  /** Where the key is found, or how it is written; at most 100 characters. */
  hint: string;
  isOptional?: true;
}

/** The key of a source by the names of its parts. It is sealed as JSON, and all of it is secret: also the address of a `url` source. */
export type SourceKey = Readonly<Record<string, string>>;

const apiKey = (hint: string): KeyPart => ({ name: 'key', label: 'API key', hint });

/** The parts of each kind's key, in the order of the modal. */
export const KEY_PARTS: Readonly<Record<SourceKind, readonly KeyPart[]>> = {
  webshare: [apiKey('Webshare dashboard, API, Keys')],
  'proxy-seller': [apiKey('Proxy-Seller account, API')],
  px6: [apiKey('px6 account: the key of the API for developers')],
  'proxy-cheap': [
    apiKey('Proxy-Cheap dashboard: the API key'),
    { name: 'secret', label: 'API secret', hint: 'Shown beside the API key when it is created' },
  ],
  iproyal: [apiKey('IPRoyal dashboard: the access token of the API')],
  url: [
    { name: 'url', label: 'Address of the list', hint: 'https://example.com/list.txt' },
    { name: 'header', label: 'Request header', hint: 'Authorization: Bearer ...', isOptional: true },
  ],
};

/** The longest part of a key, in characters. */
export const MAX_KEY_CHARS = 2000;

const PRINTABLE = /^[\x21-\x7e]+$/;
const HEADER = /^[\w!#$%&'*+.^`|~-]+:[\t ]*[\x20-\x7e]*$/;
/** Headers that the request itself needs, or that would change where it goes. */
const OWN_HEADERS = /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|accept-encoding):/i;

/**
 * Reads what was typed into the modal. Blanks and line feeds around a part are dropped, as they are copied along; a line
 * feed inside one is refused.
 */
export function readSourceKey(
  kind: SourceKind,
  written: Readonly<Record<string, string | undefined>>,
): SourceKey | Refusal {
  const key: Record<string, string> = {};
  for (const part of KEY_PARTS[kind]) {
    const text = (written[part.name] ?? '').trim();
    if (text === '' && part.isOptional) continue;
    const refusal = refuse(part, text);
    if (refusal) return refusal;
    key[part.name] = text;
  }
  return key;
}

function refuse({ name, label }: KeyPart, text: string): Refusal | null {
  if (text === '') return new Refusal(`The ${nounOf(label)} is missing.`);
  if (text.length > MAX_KEY_CHARS) return new Refusal(`The ${nounOf(label)} must be at most 2,000 characters long.`);
  if (name === 'header') return refuseHeader(text);
  if (!PRINTABLE.test(text)) {
    return new Refusal(`The ${nounOf(label)} must be one line without blanks or special characters: copy it again.`);
  }
  if (name !== 'url') return null;
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb ? null : new Refusal('The address of the list must be an http:// or https:// URL.');
}

function refuseHeader(text: string): Refusal | null {
  if (!HEADER.test(text)) return new Refusal('The request header must be written as Name: value, in one line.');
  return OWN_HEADERS.test(text) ? new Refusal('This request header cannot be set: use another one.') : null;
}

const nounOf = (label: string) => (label.startsWith('API') ? label : label.charAt(0).toLowerCase() + label.slice(1));
