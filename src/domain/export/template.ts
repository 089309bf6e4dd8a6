import { Refusal } from '../parse/fields/refusal.ts';
import { bracketHost, formatAddress } from '../proxies/address.ts';
import { detail, PLAIN_KEYS } from '../proxies/fields.ts';
import type { ExportedProxy } from './exported-proxy.ts';

type FieldWriter = (proxy: ExportedProxy) => string;

/** A map, because an object also has the properties of its prototype: `%__proto__%` would be a known field. */
const FIELDS = new Map<string, FieldWriter>(
  Object.entries<FieldWriter>({
    id: ({ id }) => String(id),
    type: ({ type }) => type,
    // In brackets, since a port usually follows after a colon.
    ip: ({ host }) => bracketHost(host),
    port: ({ port }) => String(port),
    login: ({ credentials }) => credentials?.username ?? '',
    password: ({ credentials }) => credentials?.password ?? '',
    model: ({ model }) => model ?? '',
    ...Object.fromEntries(
      PLAIN_KEYS.filter((key) => !detail(key).kind.isLong).map((key) => [
        detail(key).column,
        (proxy: ExportedProxy) => detail(key).kind.write(proxy[key]),
      ]),
    ),
  }),
);

const FIELD = /%([a-z_]+)%/gi;
const SECRETS = ['login', 'password'];

const nameIn = (field: string) => field.slice(1, -1).toLowerCase();

/** Template for one line per proxy, such as `%ip%:%port%:%login%:%password%`. */
export interface Template {
  needsCredentials: boolean;
  write(proxy: ExportedProxy): string;
}

/** Parses a template; an unknown field is refused, and so is a template without fields. */
export function readTemplate(text: string): Template | Refusal {
  const names = Array.from(text.matchAll(FIELD), ([field]) => nameIn(field));
  const known = [...FIELDS.keys()].map((name) => `%${name}%`).join(' ');
  const unknown = names.find((name) => !FIELDS.has(name));
  if (unknown !== undefined) return new Refusal(`Unknown template field %${unknown}%. Known fields: ${known}.`);
  if (names.length === 0) return new Refusal(`The template contains no field. Known fields: ${known}.`);
  return {
    needsCredentials: names.some((name) => SECRETS.includes(name)),
    write: (proxy) => text.replace(FIELD, (field) => (FIELDS.get(nameIn(field)) as FieldWriter)(proxy)),
  };
}

/** The parts of a URL. */
type UrlParts = Pick<ExportedProxy, 'type' | 'host' | 'port'> & {
  credentials: { username: string; password: string | null } | null;
};

/** One URL per line, which an import can read; without credentials, host and port. */
export function writeUrl({ type, host, port, credentials }: UrlParts): string {
  const address = formatAddress(host, port);
  if (!credentials) return address;
  const { username, password } = credentials;
  if (username === '' && password === null) return `${type}://${address}`;
  return `${type}://${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@${address}`;
}
