import { z } from 'zod';
import type { FormerValues } from '../../domain/input/former-values.ts';

/** The values that a preview of an edit showed, as stored with its plan. */
export const formerValues = z.strictObject({
  values: z.array(z.strictObject({ value: z.string().nullable(), count: z.int() })),
  others: z.int(),
}) satisfies z.ZodType<FormerValues>;
