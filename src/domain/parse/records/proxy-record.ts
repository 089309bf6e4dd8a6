import { formatAddress } from '../../proxies/address.ts';
import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { readDetails } from '../fields/details.ts';
import { HOST_STRONG, hostStrength } from '../fields/host.ts';
import { cutMasked, HIDDEN } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import type { LineBatch, LineContext } from '../lines/line-batch.ts';
import { refuseLine } from '../lines/line-limits.ts';
import { marksOf } from '../lines/line-marks.ts';
import { typeOfScheme } from '../lines/proxy-scheme.ts';
import type { RowSink } from '../proxy-row.ts';
import type { Column } from './columns.ts';

/** What a row of a CSV file or an object of a JSON file says, by column; an empty text says nothing. */
export type ProxyRecord = Partial<Record<Column, string>>;

const NO_HOST = new Refusal('The host is missing.');
const UNKNOWN_TYPE = new Refusal('The type must be http, https, socks4 or socks5.');
const NOT_A_NUMBER = new Refusal('The port is not a number.');
const PORT_ZERO = new Refusal('The port is 0.');
const PORT_OVER = new Refusal('The port is over 65535.');

/**
 * Reads one record. A whole line in it (`proxy`, `url`, or `host:port` in the host column) goes to the batch, with what the other
 * columns say.
 */
export function readRecord(line: number, record: ProxyRecord, sink: RowSink, batch: LineBatch): void {
  const context = contextOf(record, sink.defaultType);
  const whole = record.line || (hasPort(record) ? '' : hostOf(record));
  const refusal = refuseLine(whole);
  if (whole !== '' && refusal === null && !(context instanceof Refusal)) {
    batch.add(line, whole, 0, whole.length, marksOf(whole), context);
    return;
  }
  sink.count();
  const fields = context instanceof Refusal ? context : (refusal ?? assemble(record, context, sink));
  if (fields instanceof Refusal) sink.reject(line, 'both', fields, maskRecord(record));
  else sink.add(line, 'both', fields);
}

/** What the columns say beside host and port. */
function contextOf(record: ProxyRecord, defaultType: ProxyType): LineContext | Refusal {
  const type = record.type ? (typeOfScheme(record.type) ?? UNKNOWN_TYPE) : null;
  if (type instanceof Refusal) return type;
  const details = readDetails(record);
  if (details instanceof Refusal) return details;
  return { defaultType, type, username: record.username ?? '', password: record.password ?? '', details };
}

function hostOf(record: ProxyRecord): string {
  return record.connectionHost || record.host || '';
}

function hasPort({ port, httpPort, socksPort }: ProxyRecord): boolean {
  return Boolean(port || httpPort || socksPort);
}

function assemble(record: ProxyRecord, context: LineContext, sink: RowSink): ProxyFields | Refusal {
  const host = hostOf(record);
  if (host === '') return NO_HOST;
  const { text, type } = portOf(record, context);
  const port = readPort(text);
  return port instanceof Refusal ? port : sink.assemble({ ...context, host, port, type });
}

/**
 * The port and what it says of the type. Of an HTTP and a SOCKS port the one is taken that the row's type, else the import's,
 * asks for; HTTP if none does.
 */
function portOf(record: ProxyRecord, context: LineContext): { text: string; type: ProxyType } {
  const { port, httpPort, socksPort } = record;
  const type = context.type ?? context.defaultType;
  if (port) return { text: port, type };
  if (httpPort && socksPort) return { text: type === 'socks4' || type === 'socks5' ? socksPort : httpPort, type };
  if (socksPort) return { text: socksPort, type: context.type ?? 'socks5' };
  return { text: httpPort ?? '', type: context.type ?? 'http' };
}

function readPort(text: string): number | Refusal {
  if (!/^\d+$/.test(text)) return NOT_A_NUMBER;
  const port = Number(text);
  if (port === 0) return PORT_ZERO;
  return port > 65_535 ? PORT_OVER : port;
}

/** Host and port where they are certainly these; columns that have slipped may hold anything. */
function maskRecord(record: ProxyRecord): string {
  const host = hostOf(record);
  const port = record.port || record.httpPort || record.socksPort || '';
  const isHost = hostStrength(host, 0, host.length) === HOST_STRONG && !(readPort(port) instanceof Refusal);
  const login = record.username || record.password ? `:${HIDDEN}:${HIDDEN}` : '';
  return cutMasked(`${isHost && !record.line ? formatAddress(host, port) : HIDDEN}${login}`);
}
