import { readDetails } from '../parse/fields/details.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import type { ProxyEdit, TagEdit } from './pool-change.ts';

/** What somebody wrote into the options of an edit, or into its form. Absent: leave it. `-`, or an empty field: clear it. */
export interface WrittenEdit {
  label?: string | undefined;
  notes?: string | undefined;
  provider?: string | undefined;
  country?: string | undefined;
  city?: string | undefined;
  /** `a, b` is the new set; `+a -b` adds and takes away. */
  tags?: string | undefined;
  expiresAt?: string | undefined;
  monthlyCost?: string | undefined;
}

const CLEAR = '-';
const PAST = new Refusal('The expiry is in the past.');
const isCleared = (text: string) => text === '' || text === CLEAR;

/** Reads an edit by the same rules as an import, so that an export of it is read back unchanged. */
export function readEdit(written: WrittenEdit, now: Date): ProxyEdit | Refusal {
  const { tags, ...others } = written;
  const said = Object.entries(others).filter(([, text]) => text !== undefined && !isCleared(text));
  const details = readDetails(Object.fromEntries(said));
  if (details instanceof Refusal) return details;
  if (details.expiresAt && details.expiresAt <= now) return PAST;
  const edit: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(others)) {
    if (text === undefined) continue;
    const value = details[key as keyof typeof details];
    edit[key] = isCleared(text) ? null : value instanceof Date ? value.toISOString() : value;
  }
  if (tags === undefined) return edit;
  const read = readTagEdit(tags);
  return read instanceof Refusal ? read : { ...edit, tags: read };
}

/** Words with a sign change the set that is there; words without one are the new set. */
function readTagEdit(text: string): TagEdit | Refusal {
  if (isCleared(text)) return { set: [] };
  const words = text.split(/[,;|]|\s+(?=[+-])/).map((word) => word.trim());
  const isSigned = /^[+-]/.test(words[0] ?? '');
  if (!isSigned) return readList(text, (set) => ({ set }));
  if (words.some((word) => word !== '' && !/^[+-]./.test(word))) {
    return new Refusal('Use either a list of tags (a, b) or changes to it (+a -b).');
  }
  const signed = (sign: string) => words.filter((word) => word.startsWith(sign)).map((word) => word.slice(1));
  const drop = signed('-');
  return readList(signed('+').join(','), (add) => ({ add, drop }));
}

function readList(text: string, make: (tags: readonly string[]) => TagEdit): TagEdit | Refusal {
  const details = readDetails({ tags: text });
  return details instanceof Refusal ? details : make(details.tags);
}
