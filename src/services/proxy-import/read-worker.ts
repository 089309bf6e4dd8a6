import { randomUUID } from 'node:crypto';
import { exampleLines } from '../../domain/parse/example-lines.ts';
import type { ParsedFile, ParsedRow, Reading, RejectedRow } from '../../domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../domain/parse/proxy-file.ts';
import type { PLAIN_COLUMNS } from '../../domain/parse/staged-rows.ts';
import { DETAIL_FIELDS, PLAIN_KEYS } from '../../domain/proxies/fields.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { type SealedField, type SealKey, seal } from '../../secrets/seal.ts';
import {
  bytea,
  type ColumnWriter,
  copyPieces,
  detail,
  integer,
  rejectionWriter,
  rowWriter,
  smallint,
  text,
  uuid,
} from '../file-worker/copy-rows.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  const { encoding, unknownColumns, lostColumns, forms, choice } = file;
  return { encoding, unknownColumns, lostColumns, forms, choice, invalid, examples: exampleLines(file) };
}

/** A parsed row with its secrets encrypted. */
interface StagedProxy {
  row: ParsedRow;
  credentialId: string;
  passwordSealed: Buffer | null;
  changeIpUrlSealed: Buffer | null;
}

const plainWriters = Object.fromEntries(
  PLAIN_KEYS.map((key) => [DETAIL_FIELDS[key].column, detail<StagedProxy>(({ row }) => row.fields[key])] as const),
) as Record<(typeof PLAIN_COLUMNS)[number], ColumnWriter<StagedProxy>>;

const rowWriterWith = (fingerprintKey: Uint8Array) =>
  rowWriter<'import_rows', StagedProxy>('import_rows', {
    line: integer(({ row }) => row.line),
    reading: smallint(({ row }) => READING_NUMBER[row.reading]),
    host: text(({ row }) => row.fields.host),
    port: integer(({ row }) => row.fields.port),
    type: text(({ row }) => row.fields.type),
    username: text(({ row }) => row.fields.username ?? ''),
    credential_id: uuid(({ credentialId }) => credentialId),
    password_fingerprint: bytea(({ row }) => fingerprint(fingerprintKey, row.fields.password)),
    password_sealed: bytea(({ passwordSealed }) => passwordSealed),
    change_ip_url_sealed: bytea(({ changeIpUrlSealed }) => changeIpUrlSealed),
    ...plainWriters,
  });

const writeRejection = rejectionWriter<RejectedRow>(({ reading }) => READING_NUMBER[reading]);

/** Rows that are encrypted at a time. */
const BATCH_ROWS = 1024;

function* sealBatches(rows: readonly ParsedRow[], key: SealKey): Generator<StagedProxy[]> {
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    yield rows.slice(from, from + BATCH_ROWS).map((row) => sealRow(row, key));
  }
}

function sealRow(row: ParsedRow, key: SealKey): StagedProxy {
  const credentialId = randomUUID();
  const sealed = (value: string | null, field: SealedField) =>
    value === null ? null : seal(key, value, credentialId, field);
  const { password, changeIpUrl } = row.fields;
  return {
    row,
    credentialId,
    passwordSealed: sealed(password, 'password'),
    changeIpUrlSealed: sealed(changeIpUrl, 'change_ip_url'),
  };
}

serveFile<ReadJob, ReadSummary, ReadRequest>((bytes, { fingerprintKey, ...options }) => {
  const file = parseProxyFile(bytes, { ...options, maxRows: MAX_ROWS });
  const writeRow = rowWriterWith(fingerprintKey);
  return {
    summary: summarize(file),
    pieces: (request) =>
      request.kind === 'rows'
        ? copyPieces(request.planId, sealBatches(file.rows, { id: request.keyId, key: request.key }), writeRow)
        : copyPieces(request.planId, [file.rejected], writeRejection),
  };
});
