import { z } from 'zod';
import type { AccountChange, AccountChangeResult, ShownAccountChange } from '../../domain/accounts/account-change.ts';
import { accountFilter } from '../../domain/accounts/account-filter.ts';
import { formerValues } from '../shared/former-values.ts';
import { StoredPlans, stampShape } from '../shared/stored-plans.ts';

const value = z.string().nullable().optional();
const filter = accountFilter;

const change: z.ZodType<AccountChange> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edit'),
    filter,
    edit: z.strictObject({ model: z.string().optional(), vps: value, label: value, notes: value }),
  }),
  z.strictObject({ kind: z.literal('hold'), filter, reason: z.string().optional() }),
  z.strictObject({ kind: z.literal('release'), filter }),
  z.strictObject({ kind: z.literal('remove'), filter }),
]);

const shown = z.strictObject({
  count: z.int(),
  left: z.int(),
  proxies: z.int(),
  former: z.strictObject({
    model: formerValues.optional(),
    vps: formerValues.optional(),
    label: formerValues.optional(),
    notes: formerValues.optional(),
  }),
}) satisfies z.ZodType<ShownAccountChange>;

const result = z.strictObject({
  ...stampShape,
  count: z.int(),
  left: z.int(),
  placed: z.int(),
  waiting: z.int(),
  served: z.int(),
  proxies: z.int(),
  unused: z.int(),
  reserved: z.int(),
}) satisfies z.ZodType<AccountChangeResult>;

export const accountChanges = new StoredPlans({
  kind: 'account.change',
  called: 'plan',
  again: 'Run the command again.',
  /** The change, a hash of all effects that its preview showed, and what it says when it is closed. */
  input: z.strictObject({ change, basis: z.string(), shown }),
  result: result.nullable(),
  noResult: null,
});
export type StoredAccountChange = Awaited<ReturnType<typeof accountChanges.find>>;
