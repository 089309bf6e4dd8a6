import { isCleared } from '../input/edit-text.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { detail, EDITABLE_KEYS, type EditableKey, nounOf } from './fields.ts';
import type { ListEdit, ProxyEdit } from './pool-change.ts';

/** The text of the options of an edit, or of its modal. An absent field is kept; `-` or an empty one clears it. */
export type WrittenEdit = { [K in EditableKey]?: string | undefined };

/**
 * The JSON body of an edit. An absent field is kept, `null` clears it. A list is either a new set, or items to add and
 * to remove.
 */
export type SentEdit = Readonly<Record<string, unknown>>;

/** Parses an edit by the same rules as an import, so that an export can be imported unchanged. */
export function readEdit(written: WrittenEdit, now: Date): ProxyEdit | Refusal {
  return editOf((key) => {
    const text = written[key];
    if (text === undefined) return undefined;
    const isList = detail(key).kind.name === 'list';
    return isList ? readListEdit(key, text) : readValue(key, isCleared(text) ? '' : text, now);
  });
}

/** The same for a JSON body, in which `-` is an ordinary value. */
export function readSentEdit(sent: SentEdit, now: Date): ProxyEdit | Refusal {
  return editOf((key) => {
    if (detail(key).kind.name === 'list') return sentListEdit(key, sent);
    const value = sent[key];
    return value === undefined ? undefined : readValue(key, sentText(key, value), now);
  });
}

/** The keys of a JSON body for items to add to a list and to drop from it. */
export function listChangesOf(key: EditableKey): { add: string; drop: string } {
  const name = key.charAt(0).toUpperCase() + key.slice(1);
  return { add: `add${name}`, drop: `drop${name}` };
}

function editOf(read: (key: EditableKey) => unknown): ProxyEdit | Refusal {
  const edit: Record<string, unknown> = {};
  for (const key of EDITABLE_KEYS) {
    const value = read(key);
    if (value instanceof Refusal) return value;
    if (value !== undefined) edit[key] = value;
  }
  return edit;
}

/** The new value of one field; an empty text clears it. */
function readValue(key: EditableKey, text: string, now: Date): unknown {
  const field = detail(key);
  const value = field.kind.read(text, nounOf(field));
  if (!(value instanceof Date)) return value;
  return field.isFuture && value <= now
    ? new Refusal(`The ${nounOf(field)} must be in the future.`)
    : value.toISOString();
}

/** Converts a JSON value to text for the field's reader, which refuses a value of the wrong type. */
const sentText = (key: EditableKey, value: unknown) =>
  value === null ? '' : (detail(key).kind.fromJson(value) ?? JSON.stringify(value));

function sentListEdit(key: EditableKey, sent: SentEdit): ListEdit | Refusal | undefined {
  const names = listChangesOf(key);
  const [set, add, drop] = [sent[key], sent[names.add], sent[names.drop]];
  if (set === undefined && add === undefined && drop === undefined) return undefined;
  if (set === undefined) return readChanges(key, sentText(key, add ?? []), sentText(key, drop ?? []));
  if (add ?? drop) return new Refusal(`Send either ${key}, or ${names.add} and ${names.drop}.`);
  return readSet(key, sentText(key, set));
}

/** Words with a sign change the current set; words without one are the new set. */
function readListEdit(key: EditableKey, text: string): ListEdit | Refusal {
  if (isCleared(text)) return { set: [] };
  if (!/^\s*[+-]/.test(text)) return readSet(key, text);
  const words = text.split(/[,;|]|\s(?=[+-])/).map((word) => word.trim());
  if (words.some((word) => word !== '' && !/^[+-]./.test(word))) {
    return new Refusal(`The ${nounOf(detail(key))} must be either a list (a, b) or changes (+a -b).`);
  }
  const signed = (sign: string) => words.filter((word) => word.startsWith(sign)).map((word) => word.slice(1));
  return readChanges(key, signed('+').join(','), signed('-').join(','));
}

function readSet(key: EditableKey, text: string): ListEdit | Refusal {
  const set = readItems(key, text);
  return set instanceof Refusal ? set : { set };
}

function readChanges(key: EditableKey, added: string, dropped: string): ListEdit | Refusal {
  const [add, drop] = [readItems(key, added), readItems(key, dropped)];
  if (add instanceof Refusal) return add;
  return drop instanceof Refusal ? drop : { add, drop };
}

function readItems(key: EditableKey, text: string): readonly string[] | Refusal {
  const field = detail(key);
  return field.kind.read(text, nounOf(field)) as readonly string[] | Refusal;
}
