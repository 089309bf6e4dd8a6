import { count } from '../counted.ts';

/** The values that accounts or proxies have in a field: the most frequent ones with their counts, and how many others there are. */
export interface FormerValues {
  values: { value: string | null; count: number }[];
  /** Number of rows with another value. */
  others: number;
}

/** `(none) 1,200 · Webshare 300` */
export function describeFormer({ values, others }: FormerValues, show: (value: string) => string): string {
  const named = values.map(({ value, count: n }) => `${value === null ? '(none)' : show(value)} ${count(n)}`);
  return [...named, ...(others > 0 ? [`others ${count(others)}`] : [])].join(' · ');
}
