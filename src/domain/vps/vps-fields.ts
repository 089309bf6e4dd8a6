import { readEdited, readRequired } from '../input/edit-text.ts';
import { spreadsheetDamage } from '../input/spreadsheet-damage.ts';
import { cleanName, mixesScripts } from '../names.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { readLongText, readShown } from '../parse/fields/text.ts';

/** Longest values in UTF-16 units; `linkNotes` are those of a VPS-proxy link. */
export const VPS_LIMITS = {
  name: 100,
  environment: 100,
  host: 253,
  region: 100,
  notes: 1000,
  linkNotes: 1000,
} as const;

export const DEFAULT_ENVIRONMENT = 'production';

/** Fields of a VPS. */
export interface VpsFields {
  name: string;
  environment: string;
  host: string | null;
  region: string | null;
  notes: string | null;
}

/** The same as people write them. */
export type WrittenVps = { [K in keyof VpsFields]?: string | undefined };

const NAMELESS = 'A VPS must have a name.';
const MIXED = new Refusal(
  'The name of the VPS mixes letters of several scripts that look alike, such as Latin and Cyrillic. Use one script.',
);

/** The name of a VPS; null if it is empty. */
export function readVpsName(written: string): string | null | Refusal {
  const name = spreadsheetDamage(written) ?? readShown(cleanName(written), 'name of the VPS', VPS_LIMITS.name);
  return typeof name === 'string' && mixesScripts(name) ? MIXED : name;
}

/** The environment of a VPS; null if it is empty. */
export function readEnvironment(written: string): string | null | Refusal {
  return spreadsheetDamage(written) ?? readShown(cleanName(written), 'environment', VPS_LIMITS.environment);
}

/** The region of a VPS; null if it is empty. */
export function readRegion(written: string): string | null | Refusal {
  return readShown(cleanName(written), 'region', VPS_LIMITS.region);
}

/** The notes of a VPS-proxy link. */
export function readLinkNotes(written: string): string | null | Refusal {
  return readLongText(written, 'notes', VPS_LIMITS.linkNotes);
}

const READERS: { [K in keyof VpsFields]: (written: string | undefined) => VpsFields[K] | undefined | Refusal } = {
  name: (written) => readRequired(written, readVpsName, NAMELESS),
  environment: (written) => {
    const read = readEdited(written, readEnvironment);
    return read === null ? DEFAULT_ENVIRONMENT : read;
  },
  host: (written) => readEdited(written, (text) => readShown(cleanName(text), 'host', VPS_LIMITS.host)),
  region: (written) => readEdited(written, readRegion),
  notes: (written) => readEdited(written, (text) => readLongText(text, 'notes', VPS_LIMITS.notes)),
};

/** Parses an edit; returns the first refusal if a value is invalid. Absent fields keep their values. */
export function readVpsEdit(written: WrittenVps): Partial<VpsFields> | Refusal {
  const edit: Record<string, unknown> = {};
  for (const key of Object.keys(READERS) as (keyof VpsFields)[]) {
    const value = READERS[key](written[key]);
    if (value instanceof Refusal) return value;
    if (value !== undefined) edit[key] = value;
  }
  return edit;
}

/** A new VPS. */
export function readNewVps(written: WrittenVps & { name: string }): VpsFields | Refusal {
  const read = readVpsEdit(written);
  if (read instanceof Refusal) return read;
  const { name, environment = DEFAULT_ENVIRONMENT, host = null, region = null, notes = null } = read;
  // A name that was written is in the edit, or the edit was refused.
  return { name: name as string, environment, host, region, notes };
}
