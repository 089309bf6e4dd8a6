import { z } from 'zod';
import { NONE, VALUES_CHARS, valuesSchema } from '../filters/values.ts';
import { cleanName } from '../names.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { detail, FILTER_KEYS, type FieldFilter, nounOf } from './fields.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from './proxy.ts';

export const USAGE_FILTERS = ['unused', 'free', 'full', 'overloaded', 'cooling', 'expiring'] as const;

/** A filter with a fixed list of values. */
export interface ChoiceFilter {
  description: string;
  values: readonly [string, ...string[]];
}

/** A filter that takes text. */
export interface TextFilter {
  description: string;
  maxChars: number;
  /** The list for autocomplete. */
  autocomplete: `filter_${'model' | FieldFilter}` | 'search';
  schema: z.ZodType<string>;
}

/**
 * A filter that takes one value or several, or `(none)`. Its description is short: eight commands have it, and Discord limits the size
 * of all their texts together.
 */
function valuesFilter(name: 'model' | FieldFilter, read: (text: string) => string | Refusal): TextFilter {
  return {
    description: `Filter by ${name}: a, b or ${NONE}`,
    maxChars: VALUES_CHARS,
    autocomplete: `filter_${name}`,
    schema: valuesSchema(read),
  };
}

const MODEL_CHARS = 100;

function readModel(text: string): string | Refusal {
  return text.length > MODEL_CHARS ? new Refusal('The model must be at most 100 characters long.') : cleanName(text);
}

/** The filter of a field reads a value as the field does: `Germany` finds `DE`, and `ZZ` is refused. */
function fieldFilter(key: (typeof FILTER_KEYS)[number]): [FieldFilter, TextFilter] {
  const field = detail(key);
  const { filter: name } = field as { filter: FieldFilter };
  const { kind } = field;
  const read = (text: string) => {
    const value = kind.read(text, nounOf(field));
    return value instanceof Refusal ? value : kind.write(value);
  };
  return [name, valuesFilter(name, read)];
}

/** The filters by one property of a proxy. Each is a term of a search too. */
export const PROPERTY_FILTERS = {
  status: { description: 'Only proxies with this status', values: PROXY_STATUSES },
  health: { description: 'Only proxies with this health', values: PROXY_HEALTHS },
  usage: {
    description: 'Only proxies with this usage; unused: no account, free: a slot that can be assigned',
    values: USAGE_FILTERS,
  },
  model: valuesFilter('model', readModel),
  ...(Object.fromEntries(FILTER_KEYS.map(fieldFilter)) as Record<FieldFilter, TextFilter>),
} as const satisfies Record<string, ChoiceFilter | TextFilter>;

export type PropertyFilter = keyof typeof PROPERTY_FILTERS;
export const PROPERTY_NAMES = Object.keys(PROPERTY_FILTERS) as PropertyFilter[];

export function schemaOf(filter: ChoiceFilter | TextFilter): z.ZodType<string> {
  return 'values' in filter ? z.enum(filter.values) : filter.schema;
}
