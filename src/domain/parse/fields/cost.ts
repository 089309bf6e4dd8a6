import { Refusal } from './refusal.ts';

const CURRENCY = String.raw`(?:[\p{Sc}]|[A-Z]{3})`;
const AMOUNT = new RegExp(
  String.raw`^${CURRENCY}?\s*([\d.,' ]*\d)\s*${CURRENCY}?\s*(?:\/\s*mo(?:nth)?|per month)?$`,
  'iu',
);
const PLAIN = /^(\d+)(?:[.,](\d{1,2}))?$/;
const GROUPED = /^(\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?$/;
/** The column is numeric(12, 2). */
const MAX_COST = 9_999_999_999;

const UNREADABLE = new Refusal('Invalid cost: use a number such as 12.50.');
const EITHER_SCALE = new Refusal('Ambiguous cost (thousands or decimals): write it as 1234.00.');
const TOO_LARGE = new Refusal('The cost is too large.');

/** An amount a month: `12.5`, `$12.50`, `12,50 €`, `1,234.50 USD`. `1,234` could be two amounts and is refused. */
export function readCost(text: string): number | Refusal {
  const amount = AMOUNT.exec(text)?.[1];
  if (amount === undefined) return UNREADABLE;
  const plain = PLAIN.exec(amount);
  if (plain) return bounded(`${plain[1]}.${plain[2] ?? 0}`);
  const grouped = GROUPED.exec(amount);
  if (!grouped) return UNREADABLE;
  const [, whole = '', group = '', point, cents = '0'] = grouped;
  if (point === group) return UNREADABLE;
  const digits = whole.replaceAll(group, '');
  const isClear = point !== undefined || group === ' ' || group === "'" || digits.length > 6;
  return isClear ? bounded(`${digits}.${cents}`) : EITHER_SCALE;
}

function bounded(decimal: string): number | Refusal {
  const cost = Number(decimal);
  return cost <= MAX_COST ? cost : TOO_LARGE;
}
