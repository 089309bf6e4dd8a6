import { z } from 'zod';
import { nameKey } from '../names.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { detail, FILTER_KEYS, type FieldFilter, nounOf } from './fields.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from './proxy.ts';

export const USAGE_FILTERS = ['unused', 'free', 'full', 'overloaded', 'cooling', 'expiring'] as const;

/** A filter with a fixed list of values. */
interface ChoiceFilter {
  description: string;
  values: readonly [string, ...string[]];
}

/** A filter that takes text. */
interface TextFilter {
  description: string;
  maxChars: number;
  /** The list for autocomplete. */
  autocomplete?: 'model' | FieldFilter;
  /** Converts typed text to the form that rows are compared with. Its result, read again, gives the same value. */
  read(text: string): string | Refusal;
}

/** The filter of a field reads a value as the field does: `Germany` finds `DE`, and `ZZ` is refused. */
function fieldFilter(key: (typeof FILTER_KEYS)[number]): [FieldFilter, TextFilter] {
  const field = detail(key);
  const { filter: name } = field as { filter: FieldFilter };
  const { kind, hint } = field;
  const example = hint && kind.name !== 'list' ? `, ${hint}` : '';
  return [
    name,
    {
      description: `Only proxies with this ${name}${example}`,
      maxChars: kind.maxItemChars,
      autocomplete: name,
      read(text) {
        const value = kind.read(text, nounOf(field));
        return value instanceof Refusal ? value : kind.write(value);
      },
    },
  ];
}

/**
 * All filters of proxies: the options of commands, the query of the API, and the part of plans and lists that is
 * stored.
 */
export const PROXY_FILTERS = {
  status: { description: 'Only proxies with this status', values: PROXY_STATUSES },
  health: { description: 'Only proxies with this health', values: PROXY_HEALTHS },
  usage: {
    description: 'Only proxies with this usage; unused: no account, free: a slot that can be assigned',
    values: USAGE_FILTERS,
  },
  model: { description: 'Only proxies of this model', maxChars: 100, autocomplete: 'model', read: nameKey },
  ...(Object.fromEntries(FILTER_KEYS.map(fieldFilter)) as Record<FieldFilter, TextFilter>),
  search: { description: 'Number, or part of a host, username or label', maxChars: 300, read: (text: string) => text },
} as const satisfies Record<string, ChoiceFilter | TextFilter>;

type Filters = typeof PROXY_FILTERS;
export type FilterName = keyof Filters;
type ValueOf<F> = F extends { values: readonly (infer V extends string)[] } ? V : string;
/** The conditions on proxies; an absent one filters nothing. */
export type ProxyFilter = { [K in FilterName]?: ValueOf<Filters[K]> | undefined };

export const FILTER_NAMES = Object.keys(PROXY_FILTERS) as FilterName[];

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern refuses.
const ONE_LINE = /^[^\u0000-\u001f\u007f]*$/;

function schemaOf(filter: ChoiceFilter | TextFilter): z.ZodType {
  if ('values' in filter) return z.enum(filter.values);
  const written = z.string().trim().min(1).max(filter.maxChars).regex(ONE_LINE, 'holds control characters');
  return written.transform((text, context) => {
    const value = filter.read(text);
    if (!(value instanceof Refusal)) return value;
    context.addIssue({ code: 'custom', message: value.reason });
    return z.NEVER;
  });
}

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
