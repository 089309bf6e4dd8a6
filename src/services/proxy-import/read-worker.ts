import { exampleLines } from '../../domain/parse/example-lines.ts';
import type { ParsedFile, ParsedRow, Reading, RejectedRow } from '../../domain/parse/parsed-file.ts';
import { parseProxyFile } from '../../domain/parse/proxy-file.ts';
import type { SealKey } from '../../secrets/seal.ts';
import { copyPieces, integer, rejectionWriter, rowWriter, smallint } from '../file-worker/copy-rows.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { ReadJob, ReadRequest, ReadSummary } from './import-reader.ts';
import { SealThread, sealHere } from './seal-thread.ts';
import { type StagedProxy, stagedBatches } from './staged-batches.ts';
import { SUPPLIED_WRITERS } from './supplied-writers.ts';

const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  const { encoding, unknownColumns, lostColumns, forms, choice } = file;
  return { encoding, unknownColumns, lostColumns, forms, choice, invalid, examples: exampleLines(file) };
}

const writeRow = rowWriter<'import_rows', StagedProxy>('import_rows', {
  line: integer(({ row }) => row.line),
  reading: smallint(({ row }) => READING_NUMBER[row.reading]),
  ...SUPPLIED_WRITERS,
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
