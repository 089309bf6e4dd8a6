import { decodeText } from '../../domain/parse/decode-text.ts';
import { readMappings } from '../../domain/vps/mapping-file.ts';
import { MAX_ROWS, serveFile } from '../file-worker/serve-file.ts';
import type { MappingReadJob, MappingReadRequest, MappingReadSummary } from './mapping-reader.ts';

serveFile<MappingReadJob, MappingReadSummary, MappingReadRequest>((bytes, { fileName }) => {
  const { rows, rejected, unknownColumns } = readMappings(decodeText(bytes).text, { fileName, maxRows: MAX_ROWS });
  return {
    summary: { rejected, unknownColumns },
    *lines() {
      for (const row of rows) yield `${JSON.stringify(row)}\n`;
    },
  };
});
