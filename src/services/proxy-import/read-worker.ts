import { randomUUID } from 'node:crypto';
import { exampleLines } from '../../domain/parse/example-lines.ts';
import type { ParsedFile, ParsedRow, Reading } from '../../domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../domain/parse/proxy-file.ts';
import { PLAIN_COLUMNS, PLAIN_VALUES } from '../../domain/parse/staged-rows.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { type SealedField, type SealKey, seal } from '../../secrets/seal.ts';
import { type CopyValue, rejectionRow, rowWriter } from '../file-worker/copy-text.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  const { encoding, unknownColumns, lostColumns, forms, choice } = file;
  return { encoding, unknownColumns, lostColumns, forms, choice, invalid, examples: exampleLines(file) };
}

/** A parsed row with what it is staged with. */
interface StagedProxy {
  planId: number;
  sealKey: SealKey;
  fingerprintKey: Uint8Array;
  credentialId: string;
  row: ParsedRow;
}

const plainValues = Object.fromEntries(
  PLAIN_COLUMNS.map((column) => [column, ({ row }: StagedProxy) => PLAIN_VALUES[column](row.fields)] as const),
) as Record<(typeof PLAIN_COLUMNS)[number], (staged: StagedProxy) => CopyValue>;

const stagedRow = rowWriter<'import_rows', StagedProxy>('import_rows', {
  plan_id: ({ planId }) => planId,
  line: ({ row }) => row.line,
  reading: ({ row }) => READING_NUMBER[row.reading],
  host: ({ row }) => row.fields.host,
  port: ({ row }) => row.fields.port,
  type: ({ row }) => row.fields.type,
  username: ({ row }) => row.fields.username ?? '',
  credential_id: ({ credentialId }) => credentialId,
  password_fingerprint: ({ row, fingerprintKey }) => fingerprint(fingerprintKey, row.fields.password),
  password_sealed: (staged) => sealed(staged, staged.row.fields.password, 'password'),
  change_ip_url_sealed: (staged) => sealed(staged, staged.row.fields.changeIpUrl, 'change_ip_url'),
  ...plainValues,
});

function sealed({ sealKey, credentialId }: StagedProxy, text: string | null, field: SealedField): Buffer | null {
  return text === null ? null : seal(sealKey, text, credentialId, field);
}

serveFile<ReadJob, ReadSummary, ReadRequest>((bytes, { fingerprintKey, ...options }) => {
  const file = parseProxyFile(bytes, { ...options, maxRows: MAX_ROWS });
  return {
    summary: summarize(file),
    *lines(request) {
      if (request.kind === 'rows') {
        const { planId, keyId, key } = request;
        const sealKey: SealKey = { id: keyId, key };
        for (const row of file.rows) {
          yield stagedRow({ planId, sealKey, fingerprintKey, credentialId: randomUUID(), row });
        }
      } else {
        for (const { line, reading, reason, text } of file.rejected) {
          yield rejectionRow({ planId: request.planId, line, reading: READING_NUMBER[reading], reason, text });
        }
      }
    },
  };
});
