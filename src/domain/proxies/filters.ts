import { z } from 'zod';
import { nameKey } from '../accounts/account-view.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { detail, FILTER_KEYS, type FieldFilter, nounOf } from './fields.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from './proxy.ts';

export const USAGE_FILTERS = ['unused', 'free', 'full', 'overloaded', 'cooling', 'expiring'] as const;

/** A filter that takes one of a few words. */
interface ChoiceFilter {
  description: string;
  values: readonly [string, ...string[]];
}

/** A filter that takes text. */
interface TextFilter {
  description: string;
  maxChars: number;
  /** The list that completes it. */
  autocomplete?: 'model' | FieldFilter;
  /** Turns what people type into what rows are compared with; what it returns it reads as itself. */
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

/** By what proxies can be found: the options of commands, the query of the API, and what plans and lists store of it. */
export const PROXY_FILTERS = {
  status: { description: 'Only proxies with this status', values: PROXY_STATUSES },
  health: { description: 'Only proxies with this health', values: PROXY_HEALTHS },
  usage: { description: 'Only proxies with this usage; unused: no account, free: a free slot', values: USAGE_FILTERS },
  model: { description: 'Only proxies of this model', maxChars: 100, autocomplete: 'model', read: nameKey },
  ...(Object.fromEntries(FILTER_KEYS.map(fieldFilter)) as Record<FieldFilter, TextFilter>),
  search: { description: 'Number, or part of a host, username or label', maxChars: 300, read: (text: string) => text },
} as const satisfies Record<string, ChoiceFilter | TextFilter>;

type Filters = typeof PROXY_FILTERS;
export type FilterName = keyof Filters;
type ValueOf<F> = F extends { values: readonly (infer V extends string)[] } ? V : string;
/** What is asked of the proxies; an absent part filters nothing. */
export type ProxyFilter = { [K in FilterName]?: ValueOf<Filters[K]> | undefined };

export const FILTER_NAMES = Object.keys(PROXY_FILTERS) as FilterName[];

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
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
 * The one schema of a filter: of options, of the API's query, and of plans and lists that were stored, perhaps by another version of the
 * program. It is strict, since a part that is not known and left out would mean more proxies, and reads what it gave as itself.
 */
export const proxyFilter = z.strictObject(schemas as FilterShape);

/** Whether a filter says nothing, and so means every proxy. */
export function isEmptyFilter(filter: ProxyFilter): boolean {
  return FILTER_NAMES.every((name) => filter[name] === undefined);
}
