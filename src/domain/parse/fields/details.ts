import { count } from '../../counted.ts';
import { FIELD_LIMITS, type ProxyFields } from '../../proxies/proxy.ts';
import { readCost } from './cost.ts';
import { readCountry } from './country.ts';
import { readMoment } from './moment.ts';
import { Refusal } from './refusal.ts';

/** What is said of a proxy beside its address. */
export type Details = Omit<ProxyFields, 'host' | 'port' | 'type' | 'username' | 'password'>;

/** The same as it is written, before it is understood; an absent or empty part says nothing. */
export type WrittenDetails = { readonly [key in keyof Details]?: string };

export const NO_DETAILS: Details = {
  provider: null,
  country: null,
  city: null,
  label: null,
  notes: null,
  tags: [],
  changeIpUrl: null,
  expiresAt: null,
  monthlyCost: null,
};

/** What no field can hold: control characters, the line separators of Unicode, and U+FFFD, which stands where a character was lost. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]/;

const CONTROL_REFUSED = new Refusal(
  'The text contains control characters, or characters that were lost in a conversion.',
);

/** Whether `text` holds what no field can hold. Lone surrogates count: no encoding can write them. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126) return CONTROL.test(text) || !text.isWellFormed();
  }
  return false;
}

/** Empty is null: not said. `limit` counts characters. */
export function readText(text: string, name: string, limit: number): string | null | Refusal {
  if (text === '') return null;
  if (text.length > limit && [...text].length > limit) {
    return new Refusal(`The ${name} must be at most ${count(limit)} characters.`);
  }
  return hasControl(text) ? CONTROL_REFUSED : text;
}

/** Notes are the one field of several lines. */
export function readNotes(text: string): string | null | Refusal {
  const notes = text.replace(/\r\n?/g, '\n');
  const refusal = readText(notes.replace(/[\n\t]/g, ' '), 'note', FIELD_LIMITS.notes);
  return refusal instanceof Refusal ? refusal : notes || null;
}

function readTags(text: string): readonly string[] | Refusal {
  const tags = [...new Set(text.split(/[,;|]/).map((tag) => tag.trim()))].filter((tag) => tag !== '');
  if (tags.length > FIELD_LIMITS.tags) return new Refusal(`A proxy can have at most ${FIELD_LIMITS.tags} tags.`);
  for (const tag of tags) {
    const read = readText(tag, 'tag', FIELD_LIMITS.tag);
    if (read instanceof Refusal) return read;
  }
  return tags;
}

function readLink(text: string): string | null | Refusal {
  const link = readText(text, 'change-IP link', FIELD_LIMITS.changeIpUrl);
  if (link === null || link instanceof Refusal) return link;
  const isWeb = /^https?:\/\//i.test(link) && !/\s/.test(link) && URL.canParse(link);
  return isWeb ? link : new Refusal('The change-IP link must be an http:// or https:// URL.');
}

function readCountryField(text: string): string | Refusal {
  return readCountry(text) ?? new Refusal('Unknown country. Use a two-letter code such as DE, or an English name.');
}

const READERS: { [key in keyof Details]: (text: string) => Details[key] | Refusal } = {
  provider: (text) => readText(text, 'provider', FIELD_LIMITS.provider),
  country: readCountryField,
  city: (text) => readText(text, 'city', FIELD_LIMITS.city),
  label: (text) => readText(text, 'label', FIELD_LIMITS.label),
  notes: readNotes,
  tags: readTags,
  changeIpUrl: readLink,
  expiresAt: readMoment,
  monthlyCost: readCost,
};

const KEYS = Object.keys(READERS) as (keyof Details)[];

/** Understands all that is written, or refuses with the first part that cannot be understood. */
export function readDetails(written: WrittenDetails): Details | Refusal {
  let details: Record<string, unknown> | null = null;
  for (const key of KEYS) {
    const text = written[key];
    if (!text) continue;
    const value = READERS[key](text);
    if (value instanceof Refusal) return value;
    details ??= { ...NO_DETAILS };
    details[key] = value;
  }
  return details === null ? NO_DETAILS : (details as unknown as Details);
}

/** What the first says, and where it says nothing, what the second says. */
export function mergeDetails(first: Details, second: Details): Details {
  return {
    provider: first.provider ?? second.provider,
    country: first.country ?? second.country,
    city: first.city ?? second.city,
    label: first.label ?? second.label,
    notes: first.notes ?? second.notes,
    tags: first.tags.length > 0 ? first.tags : second.tags,
    changeIpUrl: first.changeIpUrl ?? second.changeIpUrl,
    expiresAt: first.expiresAt ?? second.expiresAt,
    monthlyCost: first.monthlyCost ?? second.monthlyCost,
  };
}
