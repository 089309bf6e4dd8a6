import type { z } from 'zod';
import { joinValues, lineOfText, NONE, splitValues, VALUES_CHARS } from '../filters/values.ts';
import { readMoment } from '../parse/fields/moment.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { PROPERTY_FILTERS, PROPERTY_NAMES, type PropertyFilter, schemaOf } from './field-filters.ts';

type OwnTerm = 'label' | 'host' | 'account' | 'expires' | 'source' | 'is';
export type TermKey = PropertyFilter | OwnTerm;

/** A term of a search: `key:value`. */
interface Term {
  /** Examples of values, for autocomplete. */
  examples: readonly string[];
  /** Converts a value to the form in which it is compared. */
  read(value: string): string | Refusal;
}

function propertyTerm(name: PropertyFilter): [PropertyFilter, Term] {
  const filter = PROPERTY_FILTERS[name];
  const read = (value: string) => {
    const { data, error } = schemaOf(filter).safeParse(joinValues([value]));
    if (!error) return data;
    const [issue] = error.issues as [z.core.$ZodIssue];
    return new Refusal(`${name}: ${issue.message}`);
  };
  return [name, { examples: 'values' in filter ? filter.values : [NONE], read }];
}

const SPAN = /^([<>])\s*(?:(\d{1,4})d|(.+))$/;

/** `<7d` and `>30d` count from now, `<2026-12-31` and `>2026-12-31` are dates. */
function readExpires(value: string): string | Refusal {
  if (value === NONE) return value;
  const [, side, days, date] = SPAN.exec(value) ?? [];
  if (days !== undefined) return `${side}${days}d`;
  const read = date === undefined ? undefined : readMoment(date);
  return read instanceof Date
    ? `${side}${read.toISOString()}`
    : new Refusal('expires must be a span or a date such as <7d, >30d, <2026-12-31 or (none).');
}

const MISSING = 'missing';

/** `is:missing` finds proxies that their source lacks. */
function readIs(value: string): string | Refusal {
  return value.toLowerCase() === MISSING ? MISSING : new Refusal(`is must be ${MISSING}.`);
}

const asItIs = (value: string) => value;

export const TERMS: Record<TermKey, Term> = {
  ...(Object.fromEntries(PROPERTY_NAMES.map(propertyTerm)) as Record<PropertyFilter, Term>),
  label: { examples: [NONE], read: asItIs },
  host: { examples: [], read: asItIs },
  account: { examples: [], read: asItIs },
  source: { examples: [NONE], read: asItIs },
  is: { examples: [MISSING], read: readIs },
  expires: { examples: ['<7d', '<30d', '>30d', NONE], read: readExpires },
};
export const TERM_KEYS = Object.keys(TERMS) as TermKey[];

/** A search: text that is found anywhere, and terms, all of which must hold. */
export interface Search {
  text: string;
  terms: readonly { key: TermKey; values: readonly string[] }[];
}

/** `key:value`; a value with blanks is in double quotes. An unknown key is text, such as the host of `host:8080`. */
const WRITTEN = new RegExp(String.raw`(?<!\S)(${TERM_KEYS.join('|')}):((?:"[^"]*"|[^\s"])+)`, 'giu');

/** Reads what was written, such as `desk provider:"Acme Inc",Globex expires:<7d`. */
export function readSearch(written: string): Search | Refusal {
  const terms: Search['terms'][number][] = [];
  for (const [, key, text] of written.matchAll(WRITTEN)) {
    const term = (key as string).toLowerCase() as TermKey;
    const values = splitValues(text as string).map((value) =>
      TERMS[term].read(value.toLowerCase() === NONE ? NONE : value),
    );
    const refusal = values.find((value) => value instanceof Refusal);
    if (refusal instanceof Refusal) return refusal;
    if (values.length === 0) return new Refusal(`${term}: names no value.`);
    terms.push({ key: term, values: values as string[] });
  }
  return { text: written.replace(WRITTEN, '').replace(/\s+/g, ' ').trim(), terms };
}

/** A search that can be read. It is kept as it was written, since a span such as `<7d` counts from the moment of its use. */
export const searchSchema: z.ZodType<string> = lineOfText(VALUES_CHARS).superRefine((text, context) => {
  const read = readSearch(text);
  if (read instanceof Refusal) context.addIssue(read.reason);
});
