import { describeFormer, type FormerValues } from '../domain/input/former-values.ts';
import { code, truncate } from '../kit/text.ts';

const LONGEST_VALUE = 40;
const shown = (value: string) => code(truncate(value.replace(/\s+/g, ' '), LONGEST_VALUE));

/** `**Provider** (none) 1,200 · Webshare 300 → Proxy-Seller`; a new value of null clears the field. */
export function beforeAfter(label: string, before: FormerValues, after: string | null): string {
  if (isSame(before, after)) return unchanged(label, after);
  return changedTo(label, before, after === null ? '(none)' : shown(after));
}

/** Whether every row has the new value already. */
export function isSame({ values: [only, ...more], others }: FormerValues, after: string | null): boolean {
  return only?.value === after && more.length === 0 && others === 0;
}

/** `**Country** DE already` */
export function unchanged(label: string, value: string | null): string {
  return `**${label}** ${value === null ? '(none)' : shown(value)} already`;
}

/** The same for a new value in words, such as the changes of a list. */
export function changedTo(label: string, before: FormerValues, after: string): string {
  return `**${label}** ${describeFormer(before, shown)} → ${after}`;
}
