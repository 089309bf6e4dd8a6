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
export function flatten(object: Record<string, unknown>): NamedValue[] {
  const values: NamedValue[] = [];
  collect(object, { parent: '', depth: 0, values });
  return values;
}

function collect(
  object: Record<string, unknown>,
  { parent, depth, values }: { parent: string; depth: number; values: NamedValue[] },
): void {
  for (const key of Object.keys(object)) {
    const value = object[key];
    const { column, inner, isContainer } = knownKey(key);
    const name = parent === '' ? key : `${parent}.${key}`;
    const isOpen = isObject(value) && depth < MAX_DEPTH;
    if (isOpen && inner) collectInner(value, { parent: name, names: inner, values });
    else if (isOpen && isContainer) collect(value, { parent: name, depth: depth + 1, values });
    else values.push({ name, column, value });
  }
}

function collectInner(
  object: Record<string, unknown>,
  { parent, names, values }: { parent: string; names: ReadonlyMap<string, string>; values: NamedValue[] },
): void {
  for (const [key, value] of Object.entries(object)) {
    const known = names.get(keyOf(key));
    values.push({ name: `${parent}.${key}`, column: known === undefined ? undefined : namedColumn(known), value });
  }
}

/** Whether an object has a key for a host or a whole line: then it is a proxy. */
export function namesHost(object: Record<string, unknown>): boolean {
  return (
    Object.keys(object).some((key) => {
      const value = object[key];
      return isHost(knownKey(key).column?.column) && !Array.isArray(value) && !isObject(value);
    }) || hidesHost(object)
  );
}

/** The same for the objects inside it. */
function hidesHost(object: Record<string, unknown>): boolean {
  const isOpen = (value: unknown) => typeof value === 'object' && value !== null;
  return (
    Object.values(object).some(isOpen) &&
    flatten(object).some(({ column, value }) => isHost(column?.column) && !isOpen(value))
  );
}

/** The meaning of a key. */
interface KnownKey {
  column: NamedColumn | undefined;
  /** The meanings of the keys inside it. */
  inner: ReadonlyMap<string, string> | undefined;
  isContainer: boolean;
}

const KNOWN = new Map<string, KnownKey>();
const MAX_KNOWN = 1000;

/** Names repeat in every object of a list, so each is looked up once. */
function knownKey(key: string): KnownKey {
  const remembered = KNOWN.get(key);
  if (remembered) return remembered;
  const plain = keyOf(key);
  const known = { column: namedColumn(key), inner: INNER_NAMES.get(plain), isContainer: CONTAINERS.has(plain) };
  if (KNOWN.size < MAX_KNOWN) KNOWN.set(key, known);
  return known;
}
