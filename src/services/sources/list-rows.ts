import { randomUUID } from 'node:crypto';
import type { Difference } from '../../db/queries/sources/compare-list.ts';
import type { StagedColumn } from '../../domain/parse/staged-rows.ts';
import type { ListedProxy } from '../../domain/sources/listed.ts';
import { idBytes } from '../../secrets/credential-ids.ts';
import { bytea, type ColumnWriter, copyPieces, detail, integer, rowWriter, text } from '../file-worker/copy-rows.ts';
import { type SecretKeys, sealSecrets } from '../proxy-import/seal-secrets.ts';
import { type SealedRow, SUPPLIED_WRITERS } from '../proxy-import/supplied-writers.ts';

interface ListedRow {
  line: number;
  listed: ListedProxy;
}

/** Writes the columns that are compared. */
const listedRow = (fingerprintOf: (password: string | null) => Uint8Array) =>
  rowWriter<'listed_proxies', ListedRow>('listed_proxies', {
    line: integer(({ line }) => line),
    state: text(({ listed }) => listed.state),
    host: text(({ listed }) => listed.fields.host),
    port: integer(({ listed }) => listed.fields.port),
    type: text(({ listed }) => listed.fields.type),
    username: text(({ listed }) => listed.fields.username ?? ''),
    password_fingerprint: bytea(({ listed }) => fingerprintOf(listed.fields.password)),
    country: text(({ listed }) => listed.fields.country),
    city: text(({ listed }) => listed.fields.city),
    expires_at: detail(({ listed }) => listed.fields.expiresAt),
    monthly_cost: detail(({ listed }) => listed.fields.monthlyCost),
    external_id: text(({ listed }) => listed.externalId),
  });

/** Entries that are written between two turns of other work. */
const BATCH = 1000;

function* batches<T, R>(all: readonly T[], toRow: (each: T, at: number) => R): Generator<R[]> {
  for (let from = 0; from < all.length; from += BATCH) {
    yield all.slice(from, from + BATCH).map((each, at) => toRow(each, from + at));
  }
}

/** The list as COPY data for its comparison, without secrets. */
export const listPieces = (
  syncId: number,
  proxies: readonly ListedProxy[],
  fingerprintOf: (password: string | null) => Uint8Array,
): AsyncIterable<Uint8Array> =>
  copyPieces(
    syncId,
    batches(proxies, (listed, line) => ({ line, listed })),
    listedRow(fingerprintOf),
  );

interface SyncRow extends SealedRow {
  difference: Difference;
}

const WRITERS: Record<Exclude<StagedColumn<'sync_rows'>, 'plan_id'>, ColumnWriter<SyncRow>> = {
  line: integer(({ difference }) => difference.line),
  class: text(({ difference }) => difference.class),
  proxy_id: integer(({ difference }) => difference.proxyId),
  successor_id: integer(({ difference }) => difference.successorId),
  ...SUPPLIED_WRITERS,
};

/** The entries of a plan as COPY data, with their secrets encrypted. */
export function rowPieces(
  planId: number,
  {
    differences,
    proxies,
    provider,
  }: { differences: readonly Difference[]; proxies: readonly ListedProxy[]; provider: string | null },
  keys: SecretKeys,
): AsyncIterable<Uint8Array> {
  const sealed = function* (): Generator<SyncRow[]> {
    for (const batch of batches(differences, (difference) => difference))
      yield sealBatch(batch, { proxies, provider, keys });
  };
  return copyPieces(planId, sealed(), rowWriter('sync_rows', WRITERS));
}

function sealBatch(
  batch: readonly Difference[],
  { proxies, provider, keys }: { proxies: readonly ListedProxy[]; provider: string | null; keys: SecretKeys },
): SyncRow[] {
  const entries = batch.flatMap((difference) => {
    const listed = proxies[difference.line];
    if (!listed) return [];
    const { fields, externalId } = listed;
    return [{ difference, row: { fields: { ...fields, externalId, provider: fields.provider ?? provider } } }];
  });
  const sealed = sealSecrets(
    keys,
    {
      password: entries.map(({ row }) => row.fields.password),
      change_ip_url: entries.map(({ row }) => row.fields.changeIpUrl),
    },
    idBytes(entries.map(({ difference }) => difference.credentialId ?? randomUUID())),
  );
  return entries.map((entry, at) => ({ ...entry, at, sealed }));
}
