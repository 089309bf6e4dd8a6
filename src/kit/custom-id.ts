import { z } from 'zod';
import { LIMITS } from './limits/limits.ts';

/** Incremented when the meaning of all ids changes, so that buttons of older messages answer that they are out of date. */
const VERSION = '1';

type Params = z.ZodObject<Record<string, z.ZodType<string | number>>>;

/** A kind of custom id: its name and its parameters. */
export interface IdKind<P extends Params = Params> {
  readonly name: string;
  /** @throws Error if the id exceeds Discord's 100 characters or cannot be decoded, which is a bug in its declaration */
  encode(params: z.output<P>): string;
  /** Undefined if the values do not match the declaration. */
  decode(values: readonly string[]): z.output<P> | undefined;
}

/**
 * Declares a kind of custom id. Values are encoded in the order of the shape, so a kind whose shape changes needs a new name.
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
      if (!decode(values)) throw new Error(`the id ${name} cannot be decoded`);
      return id;
    },
    decode,
  };
}

/** A row id in a custom id: digits only, so that an empty or foreign text is not read as a row. */
export const idNumber = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)
  .refine(Number.isSafeInteger);

/** Splits an id into name and values; undefined if it has another version. */
export function splitId(customId: string): { name: string; values: string[] } | undefined {
  const [version, name, ...values] = customId.split(':');
  if (version !== VERSION || !name) return undefined;
  try {
    return { name, values: values.map(decodeURIComponent) };
  } catch {
    return undefined;
  }
}
