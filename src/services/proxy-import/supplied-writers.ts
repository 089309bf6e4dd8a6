import type { PLAIN_COLUMNS, SUPPLIED_COLUMNS } from '../../domain/parse/staged-rows.ts';
import { DETAIL_FIELDS, PLAIN_KEYS } from '../../domain/proxies/fields.ts';
import type { ProxyFields } from '../../domain/proxies/proxy.ts';
import { bytea, type ColumnWriter, detail, integer, text } from '../file-worker/copy-rows.ts';
import { fingerprintAt, idAt, type SealedSecrets, sealedAt } from './seal-secrets.ts';

/** A proxy with its place among the proxies whose secrets were encrypted together. */
export interface SealedRow {
  row: { fields: ProxyFields };
  at: number;
  sealed: SealedSecrets;
}

const plainWriters = Object.fromEntries(
  PLAIN_KEYS.map((key) => [DETAIL_FIELDS[key].column, detail<SealedRow>(({ row }) => row.fields[key])] as const),
) as Record<(typeof PLAIN_COLUMNS)[number], ColumnWriter<SealedRow>>;

/** Writes the columns of a proxy that a file or a source supplies. */
export const SUPPLIED_WRITERS: Record<(typeof SUPPLIED_COLUMNS)[number], ColumnWriter<SealedRow>> = {
  host: text(({ row }) => row.fields.host),
  port: integer(({ row }) => row.fields.port),
  type: text(({ row }) => row.fields.type),
  username: text(({ row }) => row.fields.username ?? ''),
  credential_id: bytea(({ sealed, at }) => idAt(sealed, at)),
  password_fingerprint: bytea(({ sealed, at }) => fingerprintAt(sealed, at)),
  password_sealed: bytea(({ sealed, at }) => sealedAt(sealed, 'password', at)),
  change_ip_url_sealed: bytea(({ sealed, at }) => sealedAt(sealed, 'change_ip_url', at)),
  ...plainWriters,
};
