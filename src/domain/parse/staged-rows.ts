import { DETAIL_FIELDS, PLAIN_KEYS, type PlainKey, SECRET_KEYS, type SecretKey } from '../proxies/fields.ts';

type ColumnOf<K extends PlainKey | SecretKey> = (typeof DETAIL_FIELDS)[K]['column'];
type PlainColumn = ColumnOf<PlainKey>;
type SealedColumn = `${ColumnOf<SecretKey> | 'password'}_sealed`;

export const PLAIN_COLUMNS = PLAIN_KEYS.map((key): PlainColumn => DETAIL_FIELDS[key].column);
const SEALED_COLUMNS: SealedColumn[] = [
  'password_sealed',
  ...SECRET_KEYS.map((key) => `${DETAIL_FIELDS[key].column}_sealed` as const),
];

/** The fields of a proxy in a file: columns of `import_rows` and of `proxies` alike. */
export const SUPPLIED_COLUMNS = [
  ...(['host', 'port', 'type', 'username', 'credential_id', 'password_fingerprint'] as const),
  ...SEALED_COLUMNS,
  ...PLAIN_COLUMNS,
];

/**
 * The tables that a file is staged in, each with the columns that its reader fills. COPY, the reader and the statements that take the
 * rows over all go by these lists, so that no two of them can differ in order.
 */
export const STAGED_COLUMNS = {
  import_rows: [...(['plan_id', 'line', 'reading'] as const), ...SUPPLIED_COLUMNS],
  account_import_rows: [
    ...(['plan_id', 'line', 'username', 'key', 'model', 'model_key', 'vps', 'vps_key', 'label', 'notes'] as const),
  ],
  sync_rows: [...(['plan_id', 'line', 'class', 'proxy_id', 'successor_id'] as const), ...SUPPLIED_COLUMNS],
  /** The list of a source, in a table that lasts for the transaction of its comparison. */
  listed_proxies: [
    ...(['plan_id', 'line', 'state', 'host', 'port', 'type', 'username', 'password_fingerprint'] as const),
    ...(['country', 'city', 'expires_at', 'monthly_cost', 'external_id'] as const),
  ],
  import_rejections: [...(['plan_id', 'line', 'reading', 'reason', 'text'] as const)],
};
export type StagedTable = keyof typeof STAGED_COLUMNS;
export type StagedColumn<T extends StagedTable> = (typeof STAGED_COLUMNS)[T][number];

/** The statement that takes rows in, in the order in which the reader writes them. */
export function copyStatement(table: StagedTable): string {
  return `copy ${table} (${STAGED_COLUMNS[table].join(', ')}) from stdin (format binary)`;
}
