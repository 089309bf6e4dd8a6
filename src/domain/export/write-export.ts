import Papa from 'papaparse';
import { defuseCell, EXPORT_FORMAT, EXPORT_VERSION } from '../parse/records/export-format.ts';
import { PLAIN_COLUMNS } from '../parse/staged-rows.ts';
import { type DetailKey, type Details, detail, PLAIN_KEYS, SECRET_KEYS } from '../proxies/fields.ts';
import type { ExportedProxy, ExportFormat } from './exported-proxy.ts';

/** Writes a file in parts: the text before, between and after the batches. */
export interface ExportWriter {
  begin(): string;
  batch(proxies: readonly ExportedProxy[]): string;
  end(): string;
}

type Cells = Record<string, string | number | null>;
const SECRET_COLUMNS = ['username', 'password', ...SECRET_KEYS.map((key) => detail(key).column)];
const COLUMNS = ['id', 'type', 'host', 'port', ...SECRET_COLUMNS, 'status', 'model', ...PLAIN_COLUMNS];

const cell = (text: string | null) => (text ? defuseCell(text) : null);

function detailCells(proxy: Partial<Details>, keys: readonly DetailKey[]): Cells {
  return Object.fromEntries(keys.map((key) => [detail(key).column, cell(detail(key).kind.write(proxy[key]))]));
}

function cellsOf(proxy: ExportedProxy): Cells {
  const { id, type, port, status, credentials } = proxy;
  return {
    id,
    type,
    host: cell(proxy.host),
    port,
    ...(credentials && {
      username: cell(credentials.username),
      password: cell(credentials.password),
      ...detailCells(credentials, SECRET_KEYS),
    }),
    status,
    model: cell(proxy.model),
    ...detailCells(proxy, PLAIN_KEYS),
  };
}

/**
 * CSV and JSON with credentials are marked as exports, and an import reads them back unchanged. Files without
 * credentials are not marked, because they would come back as different proxies.
 */
export function exportWriter(format: Exclude<ExportFormat, 'text'>, withCredentials: boolean): ExportWriter {
  return format === 'csv' ? csvWriter(withCredentials) : jsonWriter(withCredentials);
}

const NEWLINE = '\r\n';

function csvWriter(withCredentials: boolean): ExportWriter {
  const columns = withCredentials ? COLUMNS : COLUMNS.filter((column) => !SECRET_COLUMNS.includes(column));
  const lines = (rows: (string | number | null)[][]) => (rows.length === 0 ? '' : Papa.unparse(rows) + NEWLINE);
  return {
    begin: () => (withCredentials ? `# ${EXPORT_FORMAT} v${EXPORT_VERSION}${NEWLINE}` : '') + lines([columns]),
    batch: (proxies) =>
      lines(
        proxies.map((proxy) => {
          const cells = cellsOf(proxy);
          return columns.map((column) => cells[column] ?? null);
        }),
      ),
    end: () => '',
  };
}

function jsonWriter(withCredentials: boolean): ExportWriter {
  const head = withCredentials ? { format: EXPORT_FORMAT, version: EXPORT_VERSION } : {};
  const opening = JSON.stringify({ ...head, proxies: [] }).slice(0, -']}'.length);
  let isFirst = true;
  return {
    begin: () => opening,
    batch(proxies) {
      const entries = proxies.map((proxy) => JSON.stringify(cellsOf(proxy))).join(',\n');
      const separator = isFirst || entries === '' ? '\n' : ',\n';
      if (entries !== '') isFirst = false;
      return separator + entries;
    },
    end: () => '\n]}\n',
  };
}

/** One line per proxy. */
export function textWriter(write: (proxy: ExportedProxy) => string): ExportWriter {
  return {
    begin: () => '',
    batch: (proxies) => proxies.map((proxy) => `${write(proxy)}\n`).join(''),
    end: () => '',
  };
}
