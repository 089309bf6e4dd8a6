import { isDeepStrictEqual } from 'node:util';
import { LineBatch } from '../../../../../src/domain/parse/lines/line-batch.ts';
import { LineReader } from '../../../../../src/domain/parse/lines/line-file.ts';
import { sourceLine } from '../../../../../src/domain/parse/lines/line-marks.ts';
import type { ParsedRow } from '../../../../../src/domain/parse/parsed-file.ts';
import { RowSink } from '../../../../../src/domain/parse/proxy-row.ts';
import { bracketHost } from '../../../../../src/domain/proxies/address.ts';
import { DETAIL_KEYS, detail } from '../../../../../src/domain/proxies/fields.ts';
import type { ProxyFields } from '../../../../../src/domain/proxies/proxy.ts';

/** The forms that a proxy can be written in, as templates. `details` is a URL query with everything beside the address. */
export const PROXY_FORMS = [
  'host:port',
  'host:port:user:password',
  'user:password@host:port',
  'user:password:host:port',
  'host:port@user:password',
  'scheme://user:password@host:port',
  'scheme://host:port:user:password',
  '(scheme)host:port:user:password',
  'host:port@scheme',
  'host;port;user;password',
  'host,port,user,password',
  'host|port|user|password',
  'host\tport\tuser\tpassword',
  'host port user password',
  'host:port:user:password[link]',
  'host:port:user:password:label[link]',
  'host:port:user:password:country',
  'scheme://user:password@host:port?details',
] as const;
export type ProxyForm = (typeof PROXY_FORMS)[number];

const PART = /scheme|user|password|host|port|link|label|country|details/g;
const CREDENTIALS = /user.password[@:]|[^/)]user.password/;

/**
 * Writes a proxy in a form, so that an import reads back exactly these fields, alone and among other lines of the same form.
 * Null where the form cannot say so: it has no place for a part (a form without a scheme says http), or the text could be read
 * otherwise (a password that looks like a country, blanks at an edge, two readings).
 */
export function formatProxy(fields: ProxyFields, form: ProxyForm): string | null {
  const hasCredentials = fields.username !== null || fields.password !== null;
  const template = hasCredentials ? form : form.replace(CREDENTIALS, '');
  const parts = form.startsWith('scheme://user') ? urlParts(fields) : plainParts(fields);
  if (parts === null) return null;
  const text = template.replace(PART, (part) => parts[part] ?? '');
  return isDeepStrictEqual(readBack(text), fields) ? text : null;
}

function plainParts(fields: ProxyFields): Record<string, string> {
  return {
    host: bracketHost(fields.host),
    port: String(fields.port),
    scheme: fields.type,
    user: fields.username ?? '',
    password: fields.password ?? '',
    label: fields.label ?? '',
    country: fields.country ?? '',
    link: fields.changeIpUrl ?? '',
  };
}

/** RFC 3986: credentials and query are percent-encoded. Null for text that no encoding can write. */
function urlParts(fields: ProxyFields): Record<string, string> | null {
  const texts = Object.values(fields).filter((value) => typeof value === 'string');
  if (!texts.every((text) => text.isWellFormed())) return null;
  const query = DETAIL_KEYS.map((key) => [detail(key).column, detail(key).kind.write(fields[key])] as const);
  const pairs = query.filter(([, value]) => value !== '');
  return {
    ...plainParts(fields),
    user: encodeURIComponent(fields.username ?? ''),
    password: encodeURIComponent(fields.password ?? ''),
    details: pairs.map(([column, value]) => `${column}=${encodeURIComponent(value)}`).join('&'),
  };
}

/** A line of another form: what is read beside it is read in any batch. */
const OTHER_LINE = '203.0.113.1:1';

/** The fields of a line that is read the same alone and beside a line that ends as it does; null if something is open. */
function readBack(line: string): ProxyFields | null {
  if (/[\r\n]/.test(line)) return null;
  const alone = rowsOf([OTHER_LINE, line]);
  return alone && rowsOf([OTHER_LINE, line, line]) ? (alone[1]?.fields ?? null) : null;
}

/** The rows of lines that are all proxies without a question. */
function rowsOf(lines: readonly string[]): ParsedRow[] | null {
  const sink = new RowSink({ fileName: null, defaults: {}, isPrivateAllowed: true, maxRows: lines.length });
  const batch = new LineBatch(sink);
  const reader = new LineReader(sink, batch);
  for (const [index, text] of lines.entries()) reader.read(sourceLine(index + 1, text));
  const isAsked = sink.finish(batch.finish()) !== null;
  const rows = sink.take();
  return isAsked || rows.length !== lines.length || sink.rejected.length > 0 ? null : rows;
}
