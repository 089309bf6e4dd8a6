import { z } from 'zod';
import {
  ACCOUNT_IMPORT_CLASSES,
  type AccountImportPreview,
  type AccountPlacement,
} from '../../../domain/accounts/account-import.ts';
import { IMPORT_CLASSES, type ImportPreview, type RejectedLine } from '../../../domain/proxies/proxy-import.ts';
import { moment } from '../../request/schemas.ts';

/** As many rejected lines as an answer has; `counts.invalid` is the number of all. */
export const REJECTIONS_SENT = 100;

const counts = <C extends string>(classes: readonly C[]) =>
  z.object(
    Object.fromEntries([...classes, 'invalid'].map((each) => [each, z.int()])) as Record<C | 'invalid', z.ZodInt>,
  );

const step = z.object({ count: z.int(), at: moment });
const common = {
  plan: z.int().describe('Number for `?plan=`, valid until `expiresAt`'),
  state: z.enum(['open', 'applied', 'cancelled', 'expired']),
  expiresAt: moment,
  rejected: z
    .array(z.object({ line: z.int(), reason: z.string(), text: z.string().describe('Secrets masked') }))
    .describe(`The first ${REJECTIONS_SENT} rejected lines`),
  unknownColumns: z.array(z.string()),
};

const reading = z.object({ form: z.string(), example: z.string() });

export const proxyImportShape = z
  .object({
    ...common,
    counts: counts(IMPORT_CLASSES),
    expired: z.int().describe('Number of proxies to import that have already expired'),
    lostColumns: z
      .array(z.object({ name: z.string(), used: z.string() }))
      .describe('Columns that were ignored because another column with the same meaning was used'),
    forms: z.array(z.object({ form: z.string(), lines: z.int() })).describe('Forms in which the lines were read'),
    choice: z
      .object({ taken: z.enum(['first', 'second']), lines: z.int(), first: reading, second: reading })
      .nullable()
      .describe('Lines that can be read in two ways; `?reading=` chooses one'),
    waiting: z
      .object({ accounts: z.int(), served: z.int() })
      .describe('Waiting accounts, and how many of them get a proxy'),
    done: z.object({
      import: step.extend({ served: z.int() }).optional(),
      update: step.optional(),
      add: step.optional(),
    }),
  })
  .meta({ id: 'ProxyImport' });

const placement = z
  .object({
    accounts: z.int(),
    placed: z.int().describe('How many of them get a proxy'),
    missingProxies: z.int().describe('How many more proxies are needed for all waiting accounts'),
  })
  .meta({ id: 'Placement' });

export const accountImportShape = z
  .object({
    ...common,
    counts: counts(ACCOUNT_IMPORT_CLASSES),
    placement: placement.nullable().describe('Effect of importing now'),
    missingVps: z.array(z.object({ name: z.string(), rows: z.int() })),
    done: z.object({
      import: placement.extend(step.shape).optional(),
      update: placement.extend(step.shape).optional(),
    }),
  })
  .meta({ id: 'AccountImport' });

export function toProxyImport(
  preview: ImportPreview,
  rejected: readonly RejectedLine[],
): z.output<typeof proxyImportShape> {
  const { planId, state, expiresAt, counts, unknownColumns, choice, waiting, results } = preview;
  const { import: imported, update, add } = results;
  const done = (each: { count: number; at: string }) => ({ count: each.count, at: each.at });
  return {
    plan: planId,
    state,
    expiresAt: expiresAt.toISOString(),
    counts,
    choice,
    waiting,
    rejected: [...rejected],
    unknownColumns: [...unknownColumns],
    expired: preview.expired,
    lostColumns: [...preview.lostColumns],
    forms: [...preview.forms],
    done: {
      ...(imported && { import: { ...done(imported), served: imported.served ?? 0 } }),
      ...(update && { update: done(update) }),
      ...(add && { add: done(add) }),
    },
  };
}

export function toAccountImport(
  preview: AccountImportPreview,
  rejected: readonly RejectedLine[],
): z.output<typeof accountImportShape> {
  const { planId, state, expiresAt, counts, unknownColumns, plan, missingVps, results } = preview;
  const placed = ({ accounts, placed: got, missingProxies }: AccountPlacement) => ({
    accounts,
    placed: got,
    missingProxies,
  });
  const done = (each: AccountPlacement & { count: number; at: string }) => ({
    ...placed(each),
    count: each.count,
    at: each.at,
  });
  return {
    plan: planId,
    state,
    expiresAt: expiresAt.toISOString(),
    counts,
    rejected: [...rejected],
    unknownColumns: [...unknownColumns],
    placement: plan && placed(plan),
    missingVps: [...missingVps],
    done: {
      ...(results.import && { import: done(results.import) }),
      ...(results.update && { update: done(results.update) }),
    },
  };
}
