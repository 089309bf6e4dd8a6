import { z } from 'zod';
import { VALUES_CHARS } from '../filters/values.ts';
import { type ChoiceFilter, PROPERTY_FILTERS, schemaOf, type TextFilter } from './field-filters.ts';
import { searchSchema } from './search.ts';

/**
 * All filters of proxies: the options of commands, the query of the API, and the part of plans and lists that is
 * stored.
 */
export const PROXY_FILTERS = {
  ...PROPERTY_FILTERS,
  search: {
    description: 'Number, address, account, label, or terms such as expires:<7d',
    maxChars: VALUES_CHARS,
    autocomplete: 'search',
    schema: searchSchema,
  },
} as const satisfies Record<string, ChoiceFilter | TextFilter>;

type Filters = typeof PROXY_FILTERS;
export type FilterName = keyof Filters;
type ValueOf<F> = F extends { values: readonly (infer V extends string)[] } ? V : string;
/**
 * The conditions on proxies; an absent one filters nothing. A text may name several values, as `splitValues` reads
 * them.
 */
export type ProxyFilter = { [K in FilterName]?: ValueOf<Filters[K]> | undefined };

export const FILTER_NAMES = Object.keys(PROXY_FILTERS) as FilterName[];

const schemas: Record<string, z.ZodType> = Object.fromEntries(
  Object.entries(PROXY_FILTERS).map(([name, filter]) => [
    name,
    schemaOf(filter).optional().describe(filter.description),
  ]),
);
type FilterShape = { [K in FilterName]: z.ZodOptional<z.ZodType<ValueOf<Filters[K]>>> };

/**
 * The schema of a filter: of options, of the API's query, and of plans and lists that were stored, perhaps by another
 * version of the program. It is strict, because dropping an unknown condition would match more proxies. It parses its
 * own output to the same value.
 */
export const proxyFilter = z.strictObject(schemas as FilterShape);

/** Whether a filter has no conditions, and so matches every proxy. */
export function isEmptyFilter(filter: ProxyFilter): boolean {
  return FILTER_NAMES.every((name) => filter[name] === undefined);
}
