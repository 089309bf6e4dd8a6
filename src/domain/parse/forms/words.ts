import type { ProxyType } from '../../proxies/proxy.ts';
import { mayBeginCountry, readCountry, readCountryCode } from '../fields/country.ts';
import { isDigit } from '../fields/digits.ts';
import { typeOfNames } from '../lines/proxy-scheme.ts';

/** The meaning of a word beside an address and its credentials; `ignored` is understood and means no field of a proxy. */
export type Word =
  | { part: 'type'; type: ProxyType }
  | { part: 'country'; country: string }
  | { part: 'ignored'; name: string }
  | { part: 'several'; words: readonly Word[] };

export const NO_WORDS: readonly Word[] = [];

/** The name of a word in the name of a form. */
export function nameOfWord(word: Word): string {
  return word.part === 'ignored' ? word.name : word.part;
}

/** The longest word or phrase with a meaning: `Saint Vincent and the Grenadines` and a margin. */
const MAX_WORD_CHARS = 40;

const ANONYMITY =
  'elite, elite proxy, anonymous, anonymous proxy, anon, transparent, transparent proxy, distorting, high anonymous, high anonymity, ' +
  'high-anonymous, highly anonymous, high, hia, noa, anm';
const STATE =
  'yes, no, true, false, +, -, –, ✓, ✔, alive, live, dead, working, active, inactive, online, offline, ok, good, bad, valid, invalid, ' +
  'failed, timeout, expired, fast, slow, checked, unchecked, google';

const PHRASES = new Map<string, Word>();
for (const [name, phrases] of [
  ['anonymity', ANONYMITY],
  ['state', STATE],
] as const) {
  for (const phrase of phrases.split(', ')) PHRASES.set(phrase, { part: 'ignored', name });
}

const PATTERNS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['latency', /^\d{1,6}(?:[.,]\d{1,6})? ?(?:ms|msec|s|sec|secs|seconds)$/i],
  ['uptime', /^\d{1,3}(?:[.,]\d{1,4})? ?%$/],
  ['speed', /^\d{1,6}(?:[.,]\d{1,4})? ?[kmg]?(?:b|bit|bps|b\/s|bit\/s|byte\/s)$/i],
  ['date', /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z| ?[+-]\d{2}:?\d{2})?$/],
  ['date', /^\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?$/],
  ['date', /^\d{1,2}:\d{2}(?::\d{2})?$/],
  ['date', /^\d{1,4} (?:sec|second|min|minute|hour|day)s? ago$/i],
  ['period', /^\d{1,4} ?(?:d|h|w|mo|days?|hours?|weeks?|months?|years?)$/i],
  ['price', /^\d{1,6}(?:[.,]\d{1,2})? ?(?:[$€£]|USD|EUR|GBP|RUB)$/],
  ['address', /^(?:\d{1,3}\.){3}\d{1,3}$/],
  // Public addresses begin with 2 or 3 (2000::/3).
  ['address', /^[23][0-9a-f]{3}(?=.*::|(?::[^:]+){7}$)(?::[0-9a-f]{0,4}){2,7}$/i],
];
/** A price with its sign first, and the number of a network. */
const PRICE = /^[$€£] ?\d{1,6}(?:[.,]\d{1,2})?$/;
const NETWORK = /^AS\d{1,10}$/;

/** `US-N-S!`, as a well-known list writes country, anonymity (N, A, H) and the rest. */
const COUNTRY_AND_ANONYMITY = /^([A-Z]{2})-[NAH](?:-S)?!?$/;
/** A name of a country is not taken for one in lower case, as usernames and passwords are written. */
const COUNTRY_NAME = /^\p{Lu}[\p{L}\p{M} .,'’&()-]{2,39}$/u;

/** The meaning of `text` beside an address; null for a word without a known meaning. Round or square brackets around it say nothing. */
export function wordOf(text: string): Word | null {
  if (text.length === 0 || text.length > MAX_WORD_CHARS) return null;
  const bare = withoutBrackets(text);
  if (isDigit(bare.charCodeAt(0))) return patternWord(bare);
  return PHRASES.get(bare.toLowerCase()) ?? typeWord(bare) ?? countryWord(bare) ?? signWord(bare);
}

function signWord(text: string): Word | null {
  if (PRICE.test(text)) return { part: 'ignored', name: 'price' };
  return NETWORK.test(text) ? { part: 'ignored', name: 'network' } : null;
}

/** Codes of countries behind a password. There are few, so each is kept as a list of its own. */
const TAIL_WORDS = new Map<string, readonly Word[]>();

/** Seconds since 1970, in this decade. */
const EPOCH = /^1[5-9]\d{8}$/;
const DATE: Word = { part: 'ignored', name: 'date' };

/** The meaning of `text` behind a password and a colon. There digits may be a date, which alone they are not. */
export function tailWordOf(text: string): readonly Word[] | null {
  const known = TAIL_WORDS.get(text);
  if (known) return known;
  const country = readCountryCode(text);
  if (country) {
    const words: Word[] = [{ part: 'country', country }];
    TAIL_WORDS.set(text, words);
    return words;
  }
  if (!mayBeginWord(text, 0, text.length)) return null;
  const word = EPOCH.test(text) ? DATE : wordOf(text);
  if (word === null) return null;
  return word.part === 'several' ? word.words : [word];
}

function withoutBrackets(text: string): string {
  const first = text.charAt(0);
  const isBracketed = (first === '(' && text.endsWith(')')) || (first === '[' && text.endsWith(']'));
  return isBracketed ? text.slice(1, -1).trim() : text;
}

function typeWord(text: string): Word | null {
  const type = typeOfNames(text);
  return type ? { part: 'type', type } : null;
}

function countryWord(text: string): Word | null {
  const coded = COUNTRY_AND_ANONYMITY.exec(text);
  const code = coded ? readCountryCode(coded[1] as string) : null;
  if (code) {
    const words: Word[] = [
      { part: 'country', country: code },
      { part: 'ignored', name: 'anonymity' },
    ];
    return { part: 'several', words };
  }
  const isNamed = /^[A-Z]{2,3}$/.test(text) || COUNTRY_NAME.test(text);
  const country = isNamed ? readCountry(text) : null;
  return country ? { part: 'country', country } : null;
}

function patternWord(text: string): Word | null {
  const found = PATTERNS.find(([, pattern]) => pattern.test(text));
  return found ? { part: 'ignored', name: found[0] } : null;
}

/** The first words of all phrases and types that are written in lower case. */
const BEGINNINGS = new Set(
  [...PHRASES.keys(), 'http', 'https', 'ssl', 'socks', 'socks4', 'socks4a', 'socks5', 'socks5h'].map(
    (phrase) => phrase.split(' ', 1)[0] as string,
  ),
);
const MAX_BEGINNING = Math.max(...[...BEGINNINGS].map((word) => word.length));
/** Joins types, as in `http/https`. */
const JOINT = 47;
/** Of all beginnings only those of the `socks` types have digits. */
const SMALL_S = 115;
const SMALL_O = 111;

/**
 * Whether a phrase with a meaning can begin with the token `text[from, to)`. Nearly no username does, and this is asked for every
 * line, so it looks at single characters first.
 */
export function mayBeginWord(text: string, from: number, to: number): boolean {
  const length = to - from;
  if (length === 0 || length > MAX_WORD_CHARS) return false;
  const first = text.charCodeAt(from);
  if (first >= 97 && first <= 122) return mayBeginInLowerCase(text, from, to);
  return length <= 3 || mayBeginName(text, from);
}

function mayBeginInLowerCase(text: string, from: number, to: number): boolean {
  const hasNumbers = text.charCodeAt(from) === SMALL_S && text.charCodeAt(from + 1) === SMALL_O;
  let end = from + 1;
  for (; end < to; end++) {
    const code = text.charCodeAt(end);
    if (code === JOINT) break;
    if (end - from >= MAX_BEGINNING || (isDigit(code) && !hasNumbers)) return false;
  }
  return BEGINNINGS.has(text.slice(from, end));
}

const LETTERS = 26;
const PREFIXES = new Set([...BEGINNINGS].map((word) => word.slice(0, 3)));
/** Whether a word may begin with three letters, once it has been looked up: 1 if not, 2 if so. */
const KNOWN_PREFIXES = new Uint8Array(LETTERS ** 3);

/** The same for `Elite`, `SOCKS5` and `Germany`. */
function mayBeginName(text: string, from: number): boolean {
  let prefix = 0;
  for (let at = from; at < from + 3; at++) {
    const letter = (text.charCodeAt(at) | 32) - 97;
    if (letter < 0 || letter >= LETTERS) return true;
    prefix = prefix * LETTERS + letter;
  }
  if (KNOWN_PREFIXES[prefix] === 0) {
    const letters = text.slice(from, from + 3).toLowerCase();
    KNOWN_PREFIXES[prefix] = PREFIXES.has(letters) || mayBeginCountry(letters) ? 2 : 1;
  }
  return KNOWN_PREFIXES[prefix] === 2;
}
