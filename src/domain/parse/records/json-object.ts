import { isHost, type NamedColumn, namedColumn } from './columns.ts';

/** A value of an object, by the name of its key; `connection.connectIp` for one of an object inside it. */
export interface NamedValue {
  name: string;
  column: NamedColumn | undefined;
  value: unknown;
}

/** Keys under which providers put an object of fields; the keys inside count as if they were outside. */
const CONTAINERS = new Set(
  'connection authentication auth credentials endpoint server proxy proxydata metadata geolocation location geo'.split(
    ' ',
  ),
);
/** The meaning of the keys inside `ports` and `country`. Maps, because an object would have a meaning for `constructor`. */
const INNER_NAMES = new Map(
  Object.entries({
    ports: { http: 'httpport', https: 'httpport', httphttps: 'httpport', socks5: 'socksport', socks: 'socksport' },
    country: { code: 'country', iso: 'country', isocode: 'country', alpha2: 'country', name: 'countryname' },
  }).map(([key, names]) => [key, new Map(Object.entries(names))] as const),
);
const MAX_DEPTH = 3;

const keyOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All values of an object, those of known objects inside it too. */
export function flatten(object: Record<string, unknown>, parent = '', depth = 0): NamedValue[] {
  return Object.entries(object).flatMap(([key, value]): NamedValue[] => {
    const name = parent === '' ? key : `${parent}.${key}`;
    const inner = INNER_NAMES.get(keyOf(key));
    if (isObject(value) && depth < MAX_DEPTH) {
      if (inner) return flattenInner(name, value, inner);
      if (CONTAINERS.has(keyOf(key))) return flatten(value, name, depth + 1);
    }
    return [{ name, column: columns(key), value }];
  });
}

function flattenInner(
  parent: string,
  object: Record<string, unknown>,
  names: ReadonlyMap<string, string>,
): NamedValue[] {
  return Object.entries(object).map(([key, value]) => {
    const known = names.get(keyOf(key));
    return { name: `${parent}.${key}`, column: known === undefined ? undefined : columns(known), value };
  });
}

/** Whether an object has a key for a host or a whole line: then it is a proxy. */
export function namesHost(object: Record<string, unknown>): boolean {
  return flatten(object).some(
    ({ column, value }) => isHost(column?.column) && !Array.isArray(value) && !isObject(value),
  );
}

const KNOWN = new Map<string, NamedColumn | undefined>();
const MAX_KNOWN = 1000;

/** Names repeat in every object of a list, so each is looked up once. */
function columns(key: string): NamedColumn | undefined {
  if (KNOWN.has(key)) return KNOWN.get(key);
  const column = namedColumn(key);
  if (KNOWN.size < MAX_KNOWN) KNOWN.set(key, column);
  return column;
}
