import type { FormerValues } from '../../domain/input/former-values.ts';
import {
  type Detail,
  type DetailKey,
  detail,
  type KindOf,
  PLAIN_KEYS,
  type PlainDetails,
  type ValueOf,
} from '../../domain/proxies/fields.ts';
import type { ListEdit } from '../../domain/proxies/pool-change.ts';
import { code, escapeText, formatCost, formatDate, formatRelativeTime, truncate } from '../../kit/text.ts';
import { changedTo, isSame, unchanged } from '../before-after.ts';

interface Shown {
  /** Maximum length of each text before it is escaped. */
  longest: number;
  /** The unit of amounts, as an ISO 4217 code. */
  currency: string;
}

/** Shows a value by its kind. */
const SHOWN: { [K in DetailKey as KindOf<K>]: (value: NonNullable<ValueOf<K>>, how: Shown) => string } = {
  text: (value, { longest }) => escapeText(truncate(value, longest)),
  list: (value, { longest }) => value.map((item) => code(truncate(item, longest))).join(' '),
  moment: (value) => `${formatDate(value)} (${formatRelativeTime(value)})`,
  amount: (value, { currency }) => formatCost(value, currency),
};

function shown<K extends DetailKey>(key: K, value: ValueOf<K>, how: Shown): string {
  const show = SHOWN[detail(key).kind.name] as (value: NonNullable<ValueOf<K>>, how: Shown) => string;
  return value === null || value === undefined ? '' : show(value, how);
}

/** The fields of a proxy that are set, with their labels. */
export function detailFacts(proxy: PlainDetails, how: Shown): [string, string][] {
  return PLAIN_KEYS.map((key) => [detail(key).label, shown(key, proxy[key], how)]);
}

/** The effect of an edit on a field: "**Label** fast", or "**Label** (none) 12 · old 3 → fast" if it is known what was there. */
export function editText({ label }: Detail, value: string | number | ListEdit | null, before?: FormerValues): string {
  const after = newText(value);
  const written = value === null ? null : typeof value === 'object' ? undefined : String(value);
  if (before && written !== undefined && isSame(before, written)) return unchanged(label, written);
  if (before) return changedTo(label, before, after ?? '(none)');
  return `**${label}** ${after ?? 'cleared'}`;
}

/** The new value; undefined if the edit clears the field. */
function newText(value: string | number | ListEdit | null): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object') return code(truncate(String(value), 80));
  if ('set' in value) return value.set.length > 0 ? value.set.map(code).join(' ') : undefined;
  return [...value.add.map((item) => code(`+${item}`)), ...value.drop.map((item) => code(`-${item}`))].join(' ');
}
