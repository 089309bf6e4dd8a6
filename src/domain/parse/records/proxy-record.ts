import { formatAddress } from '../../proxies/address.ts';
import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { HOST_STRONG, hostStrength } from '../fields/host.ts';
import { cutMasked, HIDDEN } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import { type LineBatch, type LineContext, type Login, TWO_LOGINS } from '../lines/line-batch.ts';
import { refuseLine } from '../lines/line-limits.ts';
import { sourceLine } from '../lines/line-marks.ts';
import { NOT_A_NUMBER, OUT_OF_RANGE } from '../lines/line-refusal.ts';
import { typeOfNames, UNKNOWN_TYPE } from '../lines/proxy-scheme.ts';
import type { RowSink } from '../proxy-row.ts';
import type { LeftOut, ProxyRecord } from './record-builder.ts';

/** Where records are read to, and what they leave out. */
export interface RecordReader {
  sink: RowSink;
  batch: LineBatch;
  leftOut: LeftOut;
  /** The form that is counted for a record: `CSV columns`. */
  form: string;
  /** The type of a record that names none, or why there is none. */
  defaultType: ProxyType | Refusal;
}

const NO_LOGIN = new Refusal('The credentials must be written as user:password.');
/** The spellings of yes in a column that is named after a type, in lower case. */
const YES: ReadonlySet<string | undefined> = new Set('1 true yes y x + ✓ ✔ ✅ on ok'.split(' '));
const FLAGS = ['http', 'socks4', 'socks5'] as const;
const TWO_KINDS = new Refusal('It speaks HTTP and SOCKS: give it one type.');
const NO_HOST = new Refusal('The host is missing.');

/**
 * Reads one record. A whole line in it (`proxy`, `url`, or `host:port` in the host column) goes to the batch, with what the other
 * columns say.
 */
export function readRecord(line: number, record: ProxyRecord | Refusal, reader: RecordReader): void {
  const { sink, batch } = reader;
  const reject = (refusal: Refusal, text: string) => {
    sink.count();
    sink.reject(line, 'both', refusal, text);
  };
  if (record instanceof Refusal) {
    reject(record, HIDDEN);
    return;
  }
  const context = contextOf(record, reader);
  const whole = wholeLineOf(record, reader.leftOut);
  if (context instanceof Refusal) {
    reject(context, maskRecord(record));
    return;
  }
  const refusal = refuseLine(whole);
  if (whole !== '' && refusal === null) {
    batch.add(sourceLine(line, whole), context);
    return;
  }
  const fields = refusal ?? assemble(record, context, reader);
  if (fields instanceof Refusal) {
    reject(fields, maskRecord(record));
    return;
  }
  sink.count();
  sink.add({ line, reading: 'both', fields }, reader.form, context.monthFirst);
}

/** The context that the columns beside host and port give. */
function contextOf(record: ProxyRecord, { sink, defaultType }: RecordReader): LineContext | Refusal {
  const type = typeOf(record);
  if (type instanceof Refusal) return type;
  const dated = sink.dates.read(record);
  if (dated instanceof Refusal) return dated;
  const login = loginOf(record);
  if (login instanceof Refusal) return login;
  const { username, password } = login;
  const { details, monthFirst } = dated;
  return { defaultType, type, username, password, details, monthFirst };
}

function typeOf(record: ProxyRecord): ProxyType | null | Refusal {
  if (record.type) return typeOfNames(record.type) ?? UNKNOWN_TYPE;
  const spoken = FLAGS.filter((column) => YES.has(record[column]?.toLowerCase()));
  if (spoken.length > 0) return typeOfNames(spoken.join()) ?? TWO_KINDS;
  return typeOfPort(record);
}

/** Username and password: in two columns, or in one with a `:` between them. */
function loginOf({ username = '', password = '', credentials = '' }: ProxyRecord): Login | Refusal {
  if (credentials === '') return { username, password };
  const colon = credentials.indexOf(':');
  if (colon <= 0) return NO_LOGIN;
  const login = { username: credentials.slice(0, colon), password: credentials.slice(colon + 1) };
  const isOther = (username || login.username) !== login.username || (password || login.password) !== login.password;
  return isOther ? TWO_LOGINS : login;
}

/** A line whose port is the SOCKS port of its order is a SOCKS proxy. */
function typeOfPort({ line, socksPort }: ProxyRecord): ProxyType | null {
  if (line === undefined) return null;
  return [...line.matchAll(/:(\d+)/g)].some(([, port]) => port === socksPort) ? 'socks5' : null;
}

/**
 * The line that a record holds, or an empty text. Beside a host and a port it counts only if it names the same host: else it is an
 * address of something else, such as a panel.
 */
function wholeLineOf(record: ProxyRecord, leftOut: LeftOut): string {
  const { line = '', host = '' } = record;
  const port = anyPort(record);
  const isOther = line !== '' && !line.includes(host);
  if (isOther && port !== '') leftOut.useInstead('host', 'line');
  else if (line !== '') {
    if (isOther) leftOut.useInstead('line', 'host');
    if (record.port && /:\d/.test(line) && !line.includes(record.port)) leftOut.useInstead('line', 'port');
    return line;
  }
  if (host.includes('://') && port !== '') return `${host.replace(/\/$/, '')}:${port}`;
  return port === '' ? host : '';
}

function anyPort({ port, httpPort, socksPort }: ProxyRecord): string {
  return port || httpPort || socksPort || '';
}

function assemble(record: ProxyRecord, context: LineContext, { sink, leftOut }: RecordReader): ProxyFields | Refusal {
  const { host = '' } = record;
  if (host === '') return NO_HOST;
  const { text, type } = portOf(record, context, leftOut);
  if (type instanceof Refusal) return type;
  const port = readPort(text);
  if (port instanceof Refusal) return port;
  const { username, password, details } = context;
  return sink.assemble({ host, port, type, username, password, details });
}

/**
 * The port and what it says of the type. Of an HTTP and a SOCKS port the one is taken that the row's type, else the import's,
 * asks for; HTTP if none does.
 */
function portOf(
  record: ProxyRecord,
  context: LineContext,
  leftOut: LeftOut,
): { text: string; type: ProxyType | Refusal } {
  const { port, httpPort, socksPort } = record;
  const type = context.type ?? context.defaultType;
  if (!port && httpPort && socksPort) {
    const isSocks = type === 'socks4' || type === 'socks5';
    if (isSocks) leftOut.useInstead('socksPort', 'httpPort');
    else leftOut.useInstead('httpPort', 'socksPort');
    return { text: isSocks ? socksPort : httpPort, type };
  }
  const ofPort = socksPort ? 'socks5' : 'http';
  return { text: anyPort(record), type: port ? type : (context.type ?? ofPort) };
}

function readPort(text: string): number | Refusal {
  if (!/^\d+$/.test(text)) return NOT_A_NUMBER;
  const port = Number(text);
  return port === 0 || port > 65_535 ? OUT_OF_RANGE : port;
}

/** Host and port if they are certainly these; columns that have slipped may hold anything. */
function maskRecord(record: ProxyRecord): string {
  const { host, line, username, password } = record;
  const port = anyPort(record);
  const login = username || password ? `:${HIDDEN}:${HIDDEN}` : '';
  const isShown = line === undefined && isStrong(host) && !(readPort(port) instanceof Refusal);
  return cutMasked(`${isShown ? formatAddress(host, port) : HIDDEN}${login}`);
}

/** Whether a text can be nothing but a host. */
function isStrong(host: string | undefined): host is string {
  return host !== undefined && hostStrength(host, 0, host.length) === HOST_STRONG;
}
