import { DETAIL_FIELDS, detail, nounOf } from '../../proxies/fields.ts';
import { readCountry } from '../fields/country.ts';
import { Refusal } from '../fields/refusal.ts';
import { type Column, isDetail, isFlag, type NamedColumn } from './columns.ts';

/** The values of a row of a CSV file or an object of a JSON file, by column; an empty text says nothing. */
export type ProxyRecord = Partial<Record<Column, string>>;

/** Words in type columns that name the network and not the protocol, or every protocol at once. */
const NO_PROTOCOL =
  /^(?:auto|any|all|both|ipv[46](?:_?shared)?|residential(?:_static)?|datacenter|dc|mobile|lte|[345]g|isp|static|rotating|dedicated|shared|private|premium)$/i;
const FLAG = /^(?:1|true|yes|y|x|\+|✓|✔|✅|on|ok|0|false|no|n|-|–|✗|✘|❌|off)$/i;
/** Stands for no link in a provider's answer. */
const NO_LINK = new Set(['#', '-']);
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?$/;

/** Notes what is left out of a file: columns without a known meaning, and those whose meaning another column has. */
export class LeftOut {
  readonly unknown = new Set<string>();
  /** Names of columns, each with the one that was used instead. */
  readonly lost = new Map<string, string>();
  /** The names that the file gives to the columns of addresses. */
  readonly names: Partial<Record<Column, string>> = {};

  /** Notes that one column of an address was used instead of another one. */
  useInstead(used: Column, lost: Column): void {
    this.lost.set(this.#nameOf(lost), this.#nameOf(used));
  }

  #nameOf(column: Column): string {
    return this.names[column] ?? column;
  }
}

/** Builds the record of one row or object. Values are set in the order of their rank. */
export class RecordBuilder {
  readonly #record: ProxyRecord = {};
  readonly #names: Partial<Record<Column, string>> = {};
  readonly #leftOut: LeftOut;

  /** Whether the file has a column of passwords; without one `user:password` may stand in the column of usernames. */
  readonly #hasPasswords: boolean;

  constructor(leftOut: LeftOut, hasPasswords: boolean) {
    this.#leftOut = leftOut;
    this.#hasPasswords = hasPasswords;
  }

  /** @param isShared whether other columns of the file have the same meaning */
  set(name: string, named: NamedColumn, value: string, isShared: boolean): void {
    const { isSoft, zone } = named;
    const isLogin = named.column === 'username' && !this.#hasPasswords && value.includes(':');
    const column = isLogin ? 'credentials' : named.column;
    if (value === '' || (column === 'changeIpUrl' && NO_LINK.has(value))) return;
    const known = this.#record[column];
    if ((isSoft && readCountry(value) === null) || saysNothing(column, value, isShared)) {
      this.#leftOut.unknown.add(name);
    } else if (known === undefined) {
      this.#record[column] = WITHOUT_ZONE.test(value) ? `${value}${zone}` : value;
      this.#names[column] = name;
      if (ADDRESS_COLUMNS.includes(column)) this.#leftOut.names[column] = name;
    } else if (!isSame(column, known, value)) {
      this.#leftOut.lost.set(name, this.#names[column] ?? column);
    }
  }

  /** The record, when all its values are set. */
  finish(): ProxyRecord {
    const { port } = this.#record;
    for (const column of PORTS_OF_TYPES) {
      const other = this.#record[column];
      if (port === undefined || other === undefined || other === port) continue;
      this.#leftOut.useInstead('port', column);
    }
    return this.#record;
  }
}

/** Columns that hold the port of one protocol. `port` is used instead of them. */
const PORTS_OF_TYPES: readonly Column[] = ['httpPort', 'socksPort'];
/** Columns of which one record may have several that differ. */
const ADDRESS_COLUMNS: readonly Column[] = ['line', 'host', 'port', ...PORTS_OF_TYPES];

/** Whether a column of another meaning has the name of this one. */
function saysNothing(column: Column, value: string, isShared: boolean): boolean {
  if (column === 'type') return saysNoProtocol(value, isShared);
  if (isFlag(column)) return !FLAG.test(value);
  return column === 'credentials' && !value.includes(':');
}

/** `auto` says no type; `residential` neither, but alone it may be a mistake that the preview should show. */
function saysNoProtocol(value: string, isShared: boolean): boolean {
  return NO_PROTOCOL.test(value) && (isShared || /^(?:auto|any|all|both)$/i.test(value));
}

/** Whether two values mean the same: `France` and `FRA`. */
function isSame(column: Column, one: string, other: string): boolean {
  if (one === other || (column === 'host' && one.toLowerCase() === other.toLowerCase())) return true;
  if (!isDetail(column)) return false;
  const { kind } = detail(column);
  const noun = nounOf(DETAIL_FIELDS[column]);
  const [first, second] = [kind.read(one, noun), kind.read(other, noun)];
  if (first instanceof Refusal || second instanceof Refusal) return false;
  return kind.write(first) === kind.write(second);
}
