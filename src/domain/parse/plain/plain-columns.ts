import { damagedPassword, spreadsheetDamage } from '../../input/spreadsheet-damage.ts';
import { ADDRESS_FIELDS, type Detail, type DetailKey, detail, nounOf } from '../../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { isNone, NO_DETAILS } from '../fields/details.ts';
import { parseQuad } from '../fields/ip-address.ts';
import type { Kind } from '../fields/kinds.ts';
import { Refusal } from '../fields/refusal.ts';
import { isPrintableAscii } from '../fields/text.ts';
import type { RowSink } from '../proxy-row.ts';
import { type Column, isDetail } from '../records/columns.ts';
import type { CsvHeader } from '../records/csv-header.ts';

const MAX_PORT = 65_535;
const PORT = /^[1-9]\d{0,4}$/;
const PARTS: readonly Column[] = ['host', 'port', 'username', 'password'];
/** Columns whose values depend on other rows or columns, or on the name of the column. */
const OTHERS = new Set<Column>(['expiresAt', 'changeIpUrl']);

/** Where the host, the port, the username and the password are in a row. */
type Parts = readonly [host: number, port: number, username: number, password: number];

interface DetailColumn {
  key: DetailKey;
  kind: Detail['kind'];
  noun: string;
  index: number;
}

function detailColumn(key: DetailKey, index: number): DetailColumn {
  const field = detail(key);
  return { key, kind: field.kind, noun: nounOf(field), index };
}

/**
 * Reads the rows of a table that has a column for the host, for the port and for each half of a login, and no two columns of one
 * meaning. A row with an IPv4 address then says the same whatever else the file holds. All other rows are read as records, in
 * several times as many steps.
 */
export class PlainColumns {
  readonly #clean: (cell: string) => string;
  readonly #isExport: boolean;
  readonly #host: number;
  readonly #port: number;
  readonly #username: number;
  readonly #password: number;
  readonly #details: readonly DetailColumn[];

  constructor({ columns, clean, isExport }: CsvHeader, [host, port, username, password]: Parts) {
    this.#clean = clean;
    this.#isExport = isExport;
    this.#host = host;
    this.#port = port;
    this.#username = username;
    this.#password = password;
    this.#details = columns.flatMap(({ column, index }) => (isDetail(column) ? [detailColumn(column, index)] : []));
  }

  /** Null for a header that this cannot read. */
  static of(header: CsvHeader): PlainColumns | null {
    const { columns } = header;
    const parts = PARTS.flatMap((name) => columns.find(({ column }) => column === name)?.index ?? []);
    const isPlain = columns.every(({ column, isShared, isSoft }) => {
      return !isShared && !isSoft && !OTHERS.has(column) && (isDetail(column) || PARTS.includes(column));
    });
    return isPlain && parts.length === PARTS.length ? new PlainColumns(header, parts as unknown as Parts) : null;
  }

  /**
   * The proxy of a row; null if the row has to be read as a record. A row with an IPv4 address and a port is neither
   * noise nor a header.
   */
  read(cells: readonly string[], sink: RowSink, type: ProxyType | Refusal): ProxyFields | null {
    const host = cells[this.#host] ?? '';
    const port = cells[this.#port] ?? '';
    const address = parseQuad(host);
    if (type instanceof Refusal || address < 0 || !sink.accepts(address) || !PORT.test(port)) return null;
    const written = cells[this.#password];
    // Half of a login needs a rule that depends on the file.
    if (written === undefined || Number(port) > MAX_PORT) return null;
    const username = this.#readText(cells[this.#username] ?? '', 'username');
    const password = this.#readText(written, 'password');
    if (username instanceof Refusal || password instanceof Refusal) return null;
    if (username === null && password !== null) return null;
    const fields = sink.newFields(NO_DETAILS);
    fields.host = host;
    fields.port = Number(port);
    fields.type = type;
    fields.username = username;
    fields.password = password;
    return this.#addDetails(fields, cells) && !sink.showsPassword(fields) ? fields : null;
  }

  #readText(cell: string, key: 'username' | 'password'): string | null | Refusal {
    return (
      (key === 'password' ? damagedPassword : spreadsheetDamage)(cell) ??
      this.#readCell(ADDRESS_FIELDS[key].kind, cell, key)
    );
  }

  /** Reads most cells in one look: printable ASCII needs no cleaning, and most kinds of text take it as it is. */
  #readCell<T>(kind: Kind<T>, cell: string, noun: string): T | string | Refusal {
    if (kind.isVerbatim && !this.#isExport && isPrintableAscii(cell)) {
      const text = cell.trim();
      if (text !== '' && text.length <= kind.maxChars) return text;
    }
    return kind.read(this.#clean(cell), noun);
  }

  #addDetails(fields: ProxyFields, cells: readonly string[]): boolean {
    const values: Partial<Record<DetailKey, unknown>> = fields;
    for (const { key, kind, noun, index } of this.#details) {
      const cell = cells[index] ?? '';
      if (cell === '') continue;
      const value = spreadsheetDamage(cell) ?? this.#readCell(kind, cell, noun);
      if (value instanceof Refusal) return false;
      if (!isNone(value)) values[key] = value;
    }
    return true;
  }
}
