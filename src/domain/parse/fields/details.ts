import { DETAIL_KEYS, type Details, detail, nounOf } from '../../proxies/fields.ts';
import { Refusal } from './refusal.ts';

export type { Details } from '../../proxies/fields.ts';

/** The same as it is written, before it is understood; an absent or empty part says nothing. */
export type WrittenDetails = { readonly [key in keyof Details]?: string | undefined };

/** Makes details of a value for each field. */
function detailsFrom(make: (key: keyof Details) => unknown): Details {
  const details: Partial<Record<keyof Details, unknown>> = {};
  for (const key of DETAIL_KEYS) details[key] = make(key);
  return details as Details;
}

export const NO_DETAILS: Details = detailsFrom((key) => detail(key).kind.none);

/** Understands all that is written, or refuses with the first part that cannot be understood. */
export function readDetails(written: WrittenDetails): Details | Refusal {
  let details: Record<string, unknown> | null = null;
  for (const key of DETAIL_KEYS) {
    const text = written[key];
    if (!text) continue;
    const field = detail(key);
    const value = field.kind.read(text, nounOf(field));
    if (value instanceof Refusal) return value;
    details ??= { ...NO_DETAILS };
    details[key] = value;
  }
  return details === null ? NO_DETAILS : (details as Details);
}

/** Whether a value says nothing. */
export const isNone = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);

/** The values of the first, and those of the second for fields that the first leaves empty. */
export function mergeDetails(first: Details, second: Details): Details {
  if (second === NO_DETAILS) return first;
  if (first === NO_DETAILS) return second;
  return detailsFrom((key) => (isNone(first[key]) ? second[key] : first[key]));
}
