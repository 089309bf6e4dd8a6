import { z } from 'zod';
import { lineOfText, VALUES_CHARS, valuesSchema } from '../filters/values.ts';
import { cleanName } from '../names.ts';

export const ACCOUNT_STATES = ['assigned', 'waiting', 'held'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/**
 * The conditions on accounts, which are strict like those on proxies: an absent one filters nothing, and an unknown one
 * is refused. `model` and `vps` take several values; `vps: (none)` finds the accounts without a VPS.
 */
export const accountFilter = z.strictObject({
  model: valuesSchema(cleanName).optional(),
  vps: valuesSchema(cleanName).optional(),
  state: z.enum(ACCOUNT_STATES).optional(),
  search: lineOfText(VALUES_CHARS).optional(),
});
export type AccountFilter = z.infer<typeof accountFilter>;

/** Whether a filter has no conditions, and so matches every account. */
export function isEmptyAccountFilter(filter: AccountFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}
