import { exampleLines } from '../../domain/parse/example-lines.ts';
import type { ParsedFile, ParsedRow, Reading, RejectedRow } from '../../domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../domain/parse/proxy-file.ts';
import type { PLAIN_COLUMNS } from '../../domain/parse/staged-rows.ts';
import { DETAIL_FIELDS, PLAIN_KEYS } from '../../domain/proxies/fields.ts';
import type { SealKey } from '../../secrets/seal.ts';
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
} from '../file-worker/copy-rows.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';
import { fingerprintAt, idAt, sealedAt } from './seal-secrets.ts';
import { SealThread, sealHere } from './seal-thread.ts';
import { type StagedProxy, stagedBatches } from './staged-batches.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  const { encoding, unknownColumns, lostColumns, forms, choice } = file;
  return { encoding, unknownColumns, lostColumns, forms, choice, invalid, examples: exampleLines(file) };
}

const plainWriters = Object.fromEntries(
  PLAIN_KEYS.map((key) => [DETAIL_FIELDS[key].column, detail<StagedProxy>(({ row }) => row.fields[key])] as const),
) as Record<(typeof PLAIN_COLUMNS)[number], ColumnWriter<StagedProxy>>;

const writeRow = rowWriter<'import_rows', StagedProxy>('import_rows', {
  line: integer(({ row }) => row.line),
  reading: smallint(({ row }) => READING_NUMBER[row.reading]),
  host: text(({ row }) => row.fields.host),
  port: integer(({ row }) => row.fields.port),
  type: text(({ row }) => row.fields.type),
  username: text(({ row }) => row.fields.username ?? ''),
  credential_id: bytea(({ sealed, at }) => idAt(sealed, at)),
  password_fingerprint: bytea(({ sealed, at }) => fingerprintAt(sealed, at)),
  password_sealed: bytea(({ sealed, at }) => sealedAt(sealed, 'password', at)),
  change_ip_url_sealed: bytea(({ sealed, at }) => sealedAt(sealed, 'change_ip_url', at)),
  ...plainWriters,
});

const writeRejection = rejectionWriter<RejectedRow>(({ reading }) => READING_NUMBER[reading]);

/** A file of this size, unpacked, is worth a thread of its own for its secrets. */
const LARGE_BYTES = 2 ** 20;

serveFile<ReadJob, ReadSummary, ReadRequest>((bytes, { keys, ...options }) => {
  const thread = bytes.length < LARGE_BYTES ? undefined : new SealThread(keys);
  const onRow = thread && ((row: ParsedRow) => thread.note(row));
  const file = parseProxyFile(bytes, { ...options, maxRows: MAX_ROWS, ...(onRow && { onRow }) });
  const sealerWith = (key: SealKey) => thread?.sealerWith(key) ?? sealHere({ ...keys, seal: key });
  return {
    summary: summarize(file),
    pieces: (request) =>
      request.kind === 'rows'
        ? copyPieces(request.planId, stagedBatches(file.rows, sealerWith(request.key)), writeRow)
        : copyPieces(request.planId, [file.rejected], writeRejection),
  };
});
