import { type SQL, sql } from 'drizzle-orm';
import { detail, PLAIN_KEYS, type PlainDetails } from '../../../domain/proxies/fields.ts';

function selected(column: string, type: string): string {
  // The driver gives numerics as text, since not all of them are numbers of JavaScript; amounts are.
  return type.startsWith('numeric') ? `p.${column}::float8` : `p.${column}`;
}

/** The fields of a proxy `p` that may be shown, for a select list; `readPlainDetails` reads them. */
export const PLAIN_DETAILS: SQL = sql.raw(
  PLAIN_KEYS.map((key) => `${selected(detail(key).column, detail(key).kind.sqlType)} as "${key}"`).join(', '),
);

/** A row of `PLAIN_DETAILS` as `execute` gives it: its moments are text. */
export type PlainDetailsRow = {
  [K in keyof PlainDetails]: Date extends PlainDetails[K] ? string | null : PlainDetails[K];
};

export function readPlainDetails(row: PlainDetailsRow): PlainDetails {
  const entries = PLAIN_KEYS.map((key) => {
    const value = row[key];
    return [key, detail(key).kind.name === 'moment' && typeof value === 'string' ? new Date(value) : value];
  });
  return Object.fromEntries(entries) as PlainDetails;
}
