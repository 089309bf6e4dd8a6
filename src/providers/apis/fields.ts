import { z } from 'zod';

/** Fields as providers write them: a number may be a text. What they mean is read where an import reads them. */
export const id = z.union([z.string().min(1), z.number()]);
export const port = z.union([z.number(), z.string()]);
export const count = z.coerce.number().int().min(0);
