import { readRequired } from '../input/edit-text.ts';
import { spreadsheetDamage } from '../input/spreadsheet-damage.ts';
import { cleanName } from '../names.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { readLongText, readShown } from '../parse/fields/text.ts';
import { stripInvisible } from '../parse/lines/line-noise.ts';
import { MAX_USERNAME, readUsername } from './username.ts';

/** Maximum lengths in characters. */
export const ACCOUNT_LIMITS = { username: MAX_USERNAME, model: 100, vps: 100, label: 100, notes: 1000 } as const;

/** The fields of an account, from a file or a command. `null` means not given. */
export interface AccountFields {
  username: string;
  model: string;
  vps: string | null;
  label: string | null;
  notes: string | null;
}

/** The same fields as text, before they are parsed; an absent or empty one is not given. */
export type WrittenAccount = { [key in keyof AccountFields]?: string | undefined };

/** Values for rows of an import that have none of their own. */
export type AccountDefaults = { model?: string | undefined; vps?: string | undefined };

const NO_MODEL = new Refusal('The model is missing: add a column “model” or set the option “model”.');

/** The new model of an account. */
export function readNewModel(written: string | undefined): string | undefined | Refusal {
  return readRequired(written, readModel, 'An account must have a model.');
}

/** A model by its name. */
export function readModel(written: string): string | Refusal {
  return spreadsheetDamage(written) ?? readShown(cleanName(written), 'model', ACCOUNT_LIMITS.model) ?? NO_MODEL;
}

/** The VPS of an account, by its name. */
export function readVpsOf(written: string): string | null | Refusal {
  return spreadsheetDamage(written) ?? readShown(cleanName(written), 'name of the VPS', ACCOUNT_LIMITS.vps);
}

export function readLabel(written: string): string | null | Refusal {
  return spreadsheetDamage(written) ?? readShown(stripInvisible(written), 'label', ACCOUNT_LIMITS.label);
}

/** Notes are prose, which may quote what a spreadsheet shows. */
export function readNotes(written: string): string | null | Refusal {
  return readLongText(written, 'notes', ACCOUNT_LIMITS.notes);
}

/** Parses the fields of an account; the first invalid one is refused. */
export function readAccount(written: WrittenAccount, defaults: AccountDefaults): AccountFields | Refusal {
  const username = readUsername(written.username ?? '');
  if (username instanceof Refusal) return username;
  const model = readModel(written.model || defaults.model || '');
  if (model instanceof Refusal) return model;
  const vps = readVpsOf(written.vps || defaults.vps || '');
  if (vps instanceof Refusal) return vps;
  const label = readLabel(written.label ?? '');
  if (label instanceof Refusal) return label;
  const notes = readNotes(written.notes ?? '');
  return notes instanceof Refusal ? notes : { username, model, vps, label, notes };
}
