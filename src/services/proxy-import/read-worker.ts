import { randomUUID } from 'node:crypto';
import { type ParsedFile, type ParsedRow, parseProxyFile, type Reading } from '../../domain/parse/proxy-file.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { type SealKey, seal } from '../../secrets/seal.ts';
import { copyRow } from '../file-worker/copy-text.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  return { encoding: file.encoding, unknownColumns: file.unknownColumns, choice: file.choice, invalid };
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
  return copyRow([
    planId,
    line,
    READING_NUMBER[reading],
    fields.host,
    fields.port,
    fields.type,
    fields.username ?? '',
    credentialId,
    fingerprint(fingerprintKey, fields.password),
    sealed(fields.password, 'password'),
    sealed(fields.changeIpUrl, 'change_ip_url'),
    fields.provider,
    fields.country,
    fields.city,
    fields.label,
    fields.notes,
    fields.tags,
    fields.expiresAt,
    fields.monthlyCost,
  ]);
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
          yield copyRow([request.planId, line, READING_NUMBER[reading], reason, text]);
        }
      }
    },
  };
});
