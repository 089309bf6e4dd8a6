import { decodeText } from '../../domain/parse/decode-text.ts';
import { readMappings } from '../../domain/vps/mapping-file.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { MappingReadJob, MappingReadRequest, MappingReadSummary } from './mapping-reader.ts';

const ROWS_AT_ONCE = 1000;

serveFile<MappingReadJob, MappingReadSummary, MappingReadRequest>((bytes, { fileName }) => {
  const { rows, rejected, unknownColumns } = readMappings(decodeText(bytes).text, { fileName, maxRows: MAX_ROWS });
  return {
    summary: () => ({ rejected, unknownColumns }),
    async *pieces() {
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        yield new TextEncoder().encode(JSON.stringify(rows.slice(from, from + ROWS_AT_ONCE)));
      }
    },
  };
});
