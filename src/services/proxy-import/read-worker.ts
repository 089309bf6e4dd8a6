import { randomUUID } from 'node:crypto';
import { exampleLines } from '../../domain/parse/example-lines.ts';
import type { ParsedFile, ParsedRow, Reading } from '../../domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../domain/parse/proxy-file.ts';
import { plainColumns } from '../../domain/parse/staged-rows.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { type SealKey, seal } from '../../secrets/seal.ts';
import { copyRow } from '../file-worker/copy-text.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  const { encoding, unknownColumns, lostColumns, forms, choice } = file;
  return { encoding, unknownColumns, lostColumns, forms, choice, invalid, examples: exampleLines(file) };
}

function stagedRow(
  { planId, keyId, key }: ReadRequest & { kind: 'rows' },
  fingerprintKey: Uint8Array,
  { line, reading, fields }: ParsedRow,
): string {
  const sealKey: SealKey = { id: keyId, key };
  const credentialId = randomUUID();
  const sealed = (text: string | null, field: 'password' | 'change_ip_url') =>
    text === null ? null : seal(sealKey, text, credentialId, field);
  return copyRow('import_rows', {
    plan_id: planId,
    line,
    reading: READING_NUMBER[reading],
    ...{ host: fields.host, port: fields.port, type: fields.type, username: fields.username ?? '' },
    credential_id: credentialId,
    password_fingerprint: fingerprint(fingerprintKey, fields.password),
    password_sealed: sealed(fields.password, 'password'),
    change_ip_url_sealed: sealed(fields.changeIpUrl, 'change_ip_url'),
    ...plainColumns(fields),
  });
}

serveFile<ReadJob, ReadSummary, ReadRequest>((bytes, { fingerprintKey, ...options }) => {
  const file = parseProxyFile(bytes, { ...options, maxRows: MAX_ROWS });
  return {
    summary: summarize(file),
    *lines(request) {
      if (request.kind === 'rows') {
        for (const row of file.rows) yield stagedRow(request, fingerprintKey, row);
      } else {
        for (const { line, reading, reason, text } of file.rejected) {
          const row = { plan_id: request.planId, line, reading: READING_NUMBER[reading], reason, text };
          yield copyRow('import_rejections', row);
        }
      }
    },
  };
});
