import { ADDRESS_FIELDS, DETAIL_FIELDS, DETAIL_KEYS, type DetailKey } from '../../proxies/fields.ts';

/** Ways to say an address in files beside the fields that the pool keeps of it. */
const OTHER_ADDRESS_COLUMNS = {
  line: ['proxy', 'url', 'proxyurl'],
  connectionHost: ['connectionaddress'],
  httpPort: ['httpport'],
  socksPort: ['socksport', 'socks5port'],
} as const;

type AddressColumn = keyof typeof ADDRESS_FIELDS | keyof typeof OTHER_ADDRESS_COLUMNS;

/** What a column of a CSV file, a key of a JSON object or a key of a URL query can hold. */
export type Column = DetailKey | AddressColumn;

/** Names are matched without case, blanks, `_` and `-`. */
const keyOf = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

interface Named {
  column: string;
  aliases?: readonly string[];
}

function* names(): Generator<[string, Column]> {
  const fields: [string, Named][] = Object.entries({ ...ADDRESS_FIELDS, ...DETAIL_FIELDS });
  for (const [key, { column, aliases }] of fields) {
    if (aliases) for (const name of [column, ...aliases]) yield [keyOf(name), key as Column];
  }
  for (const [column, aliases] of Object.entries(OTHER_ADDRESS_COLUMNS)) {
    for (const name of aliases) yield [name, column as Column];
  }
}

const BY_NAME = new Map(names());
const DETAILS = new Set<Column>(DETAIL_KEYS);

export function columnOf(name: string): Column | undefined {
  return BY_NAME.get(keyOf(name));
}

/** Whether a column says something beside the address. */
export function isDetail(column: Column): column is DetailKey {
  return DETAILS.has(column);
}

/** Columns by which a proxy can be found at all. */
export function isHost(column: Column | undefined): boolean {
  return column === 'line' || column === 'connectionHost' || column === 'host';
}
