import type { ProxyType } from '../proxy.ts';
import type { Column } from './columns.ts';
import { readDetails } from './details.ts';
import { HOST_STRONG, hostStrength } from './host.ts';
import type { LineBatch } from './line-batch.ts';
import { marksOf } from './line-marks.ts';
import { cutMasked, HIDDEN } from './mask.ts';
import type { RowSink } from './proxy-row.ts';
import { typeOfScheme } from './proxy-scheme.ts';
import { Refusal } from './refusal.ts';

/** What a row of a CSV file or an object of a JSON file says, by column; an empty text says nothing. */
export type ProxyRecord = Partial<Record<Column, string>>;

const NO_HOST = new Refusal('It has no host.');
const UNKNOWN_TYPE = new Refusal('The type is none of http, https, socks4 and socks5.');
const NOT_A_NUMBER = new Refusal('The port is not a number.');
const PORT_ZERO = new Refusal('The port is 0.');
const PORT_OVER = new Refusal('The port is over 65535.');

/**
 * Reads one record. A whole line in it (`proxy`, `url`, or `host:port` in the host column) goes to the batch, with what the other
 * columns say.
 */
export function readRecord(line: number, record: ProxyRecord, sink: RowSink, batch: LineBatch): void {
  const reject = (refusal: Refusal) => sink.reject(line, 'both', refusal, maskRecord(record));
  const type = readType(record.type ?? '');
  const details = type instanceof Refusal ? type : readDetails(record);
  const host = record.connectionHost || record.host || '';
  const address = addressIn(record, type instanceof Refusal ? null : type, sink.defaultType);
  const whole = record.line || (address.port === '' ? host : '');
  if (type instanceof Refusal || details instanceof Refusal || (whole === '' && host === '')) {
    sink.count();
    reject(type instanceof Refusal ? type : details instanceof Refusal ? details : NO_HOST);
    return;
  }
  const username = record.username ?? '';
  const password = record.password ?? '';
  if (whole !== '') {
    batch.add(line, whole, 0, whole.length, marksOf(whole), {
      defaultType: sink.defaultType,
      type,
      username,
      password,
      details,
    });
    return;
  }
  sink.count();
  const port = readPort(address.port);
  const fields =
    port instanceof Refusal ? port : sink.assemble({ host, port, type: address.type, username, password, details });
  if (fields instanceof Refusal) reject(fields);
  else sink.add(line, 'both', fields);
}

function readType(text: string): ProxyType | null | Refusal {
  return text === '' ? null : (typeOfScheme(text) ?? UNKNOWN_TYPE);
}

/**
 * The port and what it says of the type. Of an HTTP and a SOCKS port the one is taken that the row's type, else the import's,
 * asks for; HTTP if none does.
 */
function addressIn(
  record: ProxyRecord,
  type: ProxyType | null,
  defaultType: ProxyType,
): { port: string; type: ProxyType } {
  const { port = '', httpPort = '', socksPort = '' } = record;
  const wanted = type ?? defaultType;
  if (port !== '' || (httpPort === '' && socksPort === '')) return { port, type: wanted };
  const isSocks = wanted === 'socks4' || wanted === 'socks5';
  if (httpPort !== '' && socksPort !== '') return { port: isSocks ? socksPort : httpPort, type: wanted };
  return httpPort === '' ? { port: socksPort, type: type ?? 'socks5' } : { port: httpPort, type: type ?? 'http' };
}

function readPort(text: string): number | Refusal {
  if (!/^\d+$/.test(text)) return NOT_A_NUMBER;
  const port = Number(text);
  if (port === 0) return PORT_ZERO;
  return port > 65_535 ? PORT_OVER : port;
}

/** Host and port where they are certainly these; columns that have slipped may hold anything. */
function maskRecord(record: ProxyRecord): string {
  const host = record.connectionHost || record.host || '';
  const port = record.port || record.httpPort || record.socksPort || '';
  const isHost = hostStrength(host, 0, host.length) === HOST_STRONG && !(readPort(port) instanceof Refusal);
  const login = record.username || record.password ? `:${HIDDEN}:${HIDDEN}` : '';
  return cutMasked(`${isHost && !record.line ? `${host}:${port}` : HIDDEN}${login}`);
}
