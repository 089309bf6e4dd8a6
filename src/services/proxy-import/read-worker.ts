import type { Reading, RejectedRow } from '../../domain/parse/parsed-file.ts';
import { copyPieces, integer, rejectionWriter, rowWriter, smallint } from '../file-worker/copy-rows.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import { FileReading } from './file-reading.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';
import type { SecretKeys } from './seal-secrets.ts';
import { type Sealer, SealThread, sealHere } from './seal-thread.ts';
import { type StagedProxy, stagedBatches } from './staged-batches.ts';
import { SUPPLIED_WRITERS } from './supplied-writers.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

const writeRow = rowWriter<'import_rows', StagedProxy>('import_rows', {
  line: integer(({ row }) => row.line),
  reading: smallint(({ row }) => READING_NUMBER[row.reading]),
  ...SUPPLIED_WRITERS,
});

const writeRejection = rejectionWriter<RejectedRow>(({ reading }) => READING_NUMBER[reading]);

/** A file of this size, unpacked, is worth a thread of its own for its secrets. */
const LARGE_BYTES = 2 ** 20;

serveFile<ReadJob, ReadSummary, ReadRequest>((bytes, options) => {
  const thread = bytes.length < LARGE_BYTES ? undefined : new SealThread();
  const file = new FileReading(bytes, { ...options, maxRows: MAX_ROWS });
  return {
    pieces: (request) =>
      request.kind === 'rows'
        ? copyPieces(request.planId, stagedBatches(file.batches(), sealerWith(request.keys, thread)), writeRow)
        : copyPieces(request.planId, [file.facts.rejected], writeRejection),
    summary: () => file.summary(),
  };
});

function sealerWith(keys: SecretKeys, thread: SealThread | undefined): Sealer {
  return thread ? thread.sealerWith(keys) : sealHere(keys);
}
