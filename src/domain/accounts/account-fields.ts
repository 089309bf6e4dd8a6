import { Refusal } from '../parse/fields/refusal.ts';
import { readLongText, readText } from '../parse/fields/text.ts';
import { stripInvisible } from '../parse/lines/line-noise.ts';
import { nameKey } from './account-view.ts';

/** Longest values in characters. */
export const ACCOUNT_LIMITS = { username: 100, model: 100, vps: 100, label: 100, notes: 1000 } as const;

/** An account as a file or a person names it. `null` is "not said". */
export interface AccountFields {
  username: string;
  model: string;
  vps: string | null;
  label: string | null;
  notes: string | null;
}

/** The same as it is written, before it is understood; an absent or empty part says nothing. */
export type WrittenAccount = { [key in keyof AccountFields]?: string | undefined };

/** What every row of an import gets that does not say it itself. */
export type AccountDefaults = { model?: string | undefined; vps?: string | undefined };

const NO_USERNAME = new Refusal('The username is missing.');
const NO_MODEL = new Refusal('The model is missing: add a column “model” or set the option “model”.');

/** What two accounts cannot share: the username without case. */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}

/** What two VPS cannot share: the name without case. */
export function vpsKey(name: string): string {
  return name.trim().toLowerCase();
}

/** A username without what cannot be seen, and without the `@` that people put before it; composed (Unicode, NFC). */
export function readUsername(written: string): string | Refusal {
  const name = stripInvisible(written).replace(/^@+/, '').normalize('NFC');
  return readText(name, 'username', ACCOUNT_LIMITS.username) ?? NO_USERNAME;
}

/** A model by its name. */
export function readModel(written: string): string | Refusal {
  const name = readText(stripInvisible(written).normalize('NFC'), 'model', ACCOUNT_LIMITS.model);
  return name === null || name instanceof Refusal ? (name ?? NO_MODEL) : nameKey(name) === '' ? NO_MODEL : name;
}

/** Understands what is written of an account, or refuses with the first part that cannot be understood. */
export function readAccount(written: WrittenAccount, defaults: AccountDefaults): AccountFields | Refusal {
  const username = readUsername(written.username ?? '');
  if (username instanceof Refusal) return username;
  const model = readModel(written.model || defaults.model || '');
  if (model instanceof Refusal) return model;
  const vps = readText(stripInvisible(written.vps || defaults.vps || ''), 'name of the VPS', ACCOUNT_LIMITS.vps);
  if (vps instanceof Refusal) return vps;
  const label = readText(written.label ?? '', 'label', ACCOUNT_LIMITS.label);
  if (label instanceof Refusal) return label;
  const notes = readLongText(written.notes ?? '', 'notes', ACCOUNT_LIMITS.notes);
  return notes instanceof Refusal ? notes : { username, model, vps, label, notes };
}
