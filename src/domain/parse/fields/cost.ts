import { count } from '../../counted.ts';
import { Refusal } from './refusal.ts';

const CURRENCY = String.raw`(?:[\p{Sc}]|[A-Z]{3})`;
const AMOUNT = new RegExp(
  String.raw`^${CURRENCY}?\s*(\d(?:[\d.,' ]*\d)?)\s*(?:${CURRENCY}\s*)?(?:\/\s*mo(?:nth)?|per month)?$`,
  'iu',
);
/** No amount is longer, with its currency. */
const MAX_CHARS = 60;
const PLAIN = /^(\d+)(?:[.,](\d{1,2}))?$/;
const GROUPED = /^(\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?$/;
/** The column is numeric(12, 2). */
const MAX_COST = 9_999_999_999;

/** An amount a month: `12.5`, `$12.50`, `12,50 €`, `1,234.50 USD`. `1,234` could be two amounts and is refused. */
export function readCost(text: string, noun = 'cost'): number | Refusal {
  const decimal = decimalOf(text);
  if (decimal === 'unreadable') return new Refusal(`The ${noun} must be an amount, such as 12.50.`);
  if (decimal === 'either') {
    return new Refusal(`Ambiguous ${noun} (thousands or decimals): write it as 1234.00.`);
  }
  const cost = Number(decimal);
  return cost <= MAX_COST ? cost : new Refusal(`The ${noun} must be at most ${count(MAX_COST)}.`);
}

/** The digits of an amount with a point before its cents, or why there are none. */
function decimalOf(text: string): string {
  const amount = text.length > MAX_CHARS ? undefined : AMOUNT.exec(text)?.[1];
  if (amount === undefined) return 'unreadable';
  const plain = PLAIN.exec(amount);
  if (plain) return `${plain[1]}.${plain[2] ?? 0}`;
  const grouped = GROUPED.exec(amount);
  if (!grouped) return 'unreadable';
  const [, whole, group, point, cents = '0'] = grouped as unknown as [string, string, string, string?, string?];
  if (point === group) return 'unreadable';
  const digits = whole.replaceAll(group, '');
  const isClear = point !== undefined || group === ' ' || group === "'" || digits.length > 6;
  return isClear ? `${digits}.${cents}` : 'either';
}
