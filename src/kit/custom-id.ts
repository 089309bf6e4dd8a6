import { z } from 'zod';
import { LIMITS } from './limits/limits.ts';

/** Counted up when the meaning of ids changes as a whole; what an older program put on a message then says so. */
const VERSION = '1';

type Params = z.ZodObject<Record<string, z.ZodType<string | number>>>;

/** A kind of custom id: its name, and the row ids that it carries. */
export interface IdKind<P extends Params = Params> {
  readonly name: string;
  /** @throws Error where the id would be over Discord's 100 characters or not be read back: a mistake of the one who made the kind */
  encode(params: z.output<P>): string;
  /** Undefined where the values do not fit the kind any more. */
  decode(values: readonly string[]): z.output<P> | undefined;
}

/**
 * Declares a kind of custom id. Its values stand in the order of the schema, so a kind whose schema changes wants a new name.
 *
 * @example
 * const page = defineId('proxy.page', { list: idNumber, side: z.enum(['after', 'before']) });
 * page.encode({ list: 7, side: 'after' }); // '1:proxy.page:7:after'
 */
export function defineId<S extends Record<string, z.ZodType<string | number>>>(
  name: string,
  shape: S,
): IdKind<z.ZodObject<S>> {
  const schema = z.strictObject(shape);
  const keys = Object.keys(shape);
  const decode = (values: readonly string[]) => {
    if (values.length !== keys.length) return undefined;
    const parsed = schema.safeParse(Object.fromEntries(keys.map((key, index) => [key, values[index]])));
    return parsed.success ? (parsed.data as z.output<z.ZodObject<S>>) : undefined;
  };
  return {
    name,
    encode(params) {
      const values = keys.map((key) => String((params as Record<string, string | number>)[key]));
      const id = [VERSION, name, ...values.map(encodeURIComponent)].join(':');
      if (id.length > LIMITS.customId) throw new Error(`the id ${name} has ${id.length} characters`);
      if (!decode(values)) throw new Error(`the id ${name} could not be read back`);
      return id;
    },
    decode,
  };
}

/** A row's number in a custom id: digits alone, so that no empty or foreign text reads as a row. */
export const idNumber = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)
  .refine(Number.isSafeInteger);

/** Takes an id apart; undefined where it is none of this version. */
export function splitId(customId: string): { name: string; values: string[] } | undefined {
  const [version, name, ...values] = customId.split(':');
  if (version !== VERSION || !name) return undefined;
  try {
    return { name, values: values.map(decodeURIComponent) };
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return undefined;
  }
}
