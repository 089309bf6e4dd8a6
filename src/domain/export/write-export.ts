import Papa from 'papaparse';
import { defuseCell, EXPORT_FORMAT, EXPORT_VERSION } from '../parse/records/export-format.ts';
import type { ExportedProxy, ExportFormat } from './exported-proxy.ts';

/** Writes a file in parts: what stands before, between and behind the batches. */
export interface ExportWriter {
  begin(): string;
  batch(proxies: readonly ExportedProxy[]): string;
  end(): string;
}

type Cells = Record<string, string | number | null>;
const SECRET_COLUMNS = ['username', 'password', 'change_ip_url'];
const COLUMNS = [
  'id',
  'type',
  'host',
  'port',
  ...SECRET_COLUMNS,
  'status',
  'model',
  'provider',
  'country',
  'city',
  'label',
  'notes',
  'tags',
  'expires_at',
  'monthly_cost',
];

function cellsOf(proxy: ExportedProxy): Cells {
  const { credentials } = proxy;
  const text = (value: string | null) => (value === null ? null : defuseCell(value));
  return {
    id: proxy.id,
    type: proxy.type,
    host: text(proxy.host),
    port: proxy.port,
    ...(credentials && {
      username: text(credentials.username || null),
      password: text(credentials.password),
      change_ip_url: text(credentials.changeIpUrl),
    }),
    status: proxy.status,
    model: text(proxy.model),
    provider: text(proxy.provider),
    country: proxy.country,
    city: text(proxy.city),
    label: text(proxy.label),
    notes: text(proxy.notes),
    tags: text(proxy.tags.join(',') || null),
    expires_at: proxy.expiresAt?.toISOString() ?? null,
    monthly_cost: proxy.monthlyCost?.toFixed(2) ?? null,
  };
}

/**
 * CSV and JSON with credentials name themselves as exports, and an import reads them back unchanged. Without credentials they
 * would come back as other proxies, so they do not.
 */
export function exportWriter(format: Exclude<ExportFormat, 'text'>, withCredentials: boolean): ExportWriter {
  return format === 'csv' ? csvWriter(withCredentials) : jsonWriter(withCredentials);
}

const NEWLINE = '\r\n';

function csvWriter(withCredentials: boolean): ExportWriter {
  const columns = withCredentials ? COLUMNS : COLUMNS.filter((column) => !SECRET_COLUMNS.includes(column));
  const lines = (rows: (string | number | null)[][]) =>
    rows.length === 0 ? '' : Papa.unparse(rows, { newline: NEWLINE }) + NEWLINE;
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
  const opening = JSON.stringify({ ...head, proxies: [] }).replace(/]}$/, '');
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

/** A line a proxy. */
export function textWriter(write: (proxy: ExportedProxy) => string): ExportWriter {
  return {
    begin: () => '',
    batch: (proxies) => proxies.map((proxy) => `${write(proxy)}\n`).join(''),
    end: () => '',
  };
}
