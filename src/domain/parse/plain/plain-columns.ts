import { ADDRESS_FIELDS, type DetailKey, detail, nounOf } from '../../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { isNone, NO_DETAILS } from '../fields/details.ts';
import { parseQuad } from '../fields/ip-address.ts';
import { Refusal } from '../fields/refusal.ts';
import type { RowSink } from '../proxy-row.ts';
import { type Column, isDetail } from '../records/columns.ts';
import type { CsvHeader } from '../records/csv-header.ts';

const MAX_PORT = 65_535;
const PORT = /^[1-9]\d{0,4}$/;
const PARTS = new Set<Column>(['host', 'port', 'username', 'password']);
/** Columns whose values depend on other rows or columns, or on the name of the column. */
const OTHERS = new Set<Column>(['expiresAt', 'changeIpUrl']);

interface DetailColumn {
  key: DetailKey;
  index: number;
}

/**
 * Reads the rows of a table that has a column for the host, for the port and for each half of a login, and no two columns of one
 * meaning. A row with an IPv4 address then says the same whatever else the file holds. All other rows are read as records, in
 * several times as many steps.
 */
export class PlainColumns {
  readonly #clean: (cell: string) => string;
  readonly #host: number;
  readonly #port: number;
  readonly #username: number;
  readonly #password: number;
  readonly #details: readonly DetailColumn[];

  constructor({ columns, clean }: CsvHeader) {
    const indexOf = (name: Column) => columns.find(({ column }) => column === name)?.index ?? -1;
    this.#clean = clean;
    this.#host = indexOf('host');
    this.#port = indexOf('port');
    this.#username = indexOf('username');
    this.#password = indexOf('password');
    this.#details = columns.flatMap(({ column, index }) => (isDetail(column) ? [{ key: column, index }] : []));
  }

  /** Null for a header that this cannot read. */
  static of(header: CsvHeader): PlainColumns | null {
    const { columns } = header;
    const has = (name: Column) => columns.some(({ column }) => column === name);
    if (!(has('host') && has('port') && has('username') && has('password'))) return null;
    const isPlain = columns.every(({ column, isShared, isSoft }) => {
      return !isShared && !isSoft && !OTHERS.has(column) && (isDetail(column) || PARTS.has(column));
    });
    return isPlain ? new PlainColumns(header) : null;
  }

  /** The proxy of a row in which no spreadsheet has destroyed a value; null if it has to be read as a record. */
  read(cells: readonly string[], sink: RowSink, type: ProxyType | Refusal): ProxyFields | null {
    const host = cells[this.#host] ?? '';
    const port = cells[this.#port] ?? '';
    const address = parseQuad(host);
    if (type instanceof Refusal || address < 0 || !sink.accepts(address) || !PORT.test(port)) return null;
    const username = this.#readText(cells[this.#username], 'username');
    const password = this.#readText(cells[this.#password], 'password');
    if (username === null || password === null || Number(port) > MAX_PORT) return null;
    const fields = sink.newFields(NO_DETAILS);
    fields.host = host;
    fields.port = Number(port);
    fields.type = type;
    fields.username = username;
    fields.password = password;
    return this.#addDetails(fields, cells) ? fields : null;
  }

  #readText(cell: string | undefined, key: 'username' | 'password'): string | null {
    const read = ADDRESS_FIELDS[key].kind.read(this.#clean(cell ?? ''), key);
    return read instanceof Refusal ? null : read;
  }

  #addDetails(fields: ProxyFields, cells: readonly string[]): boolean {
    for (const { key, index } of this.#details) {
      const field = detail(key);
      const written = this.#clean(cells[index] ?? '');
      if (written === '') continue;
      const value = field.kind.read(written, nounOf(field));
      if (value instanceof Refusal) return false;
      if (!isNone(value)) Object.assign(fields, { [key]: value });
    }
    return true;
  }
}
