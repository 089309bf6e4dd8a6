import { ADDRESS_FIELDS, detail, PLAIN_KEYS } from '../proxies/fields.ts';
import type { ProxyFields, ProxyType } from '../proxies/proxy.ts';
import { DayOrder } from './day-order.ts';
import { type Details, mergeDetails, NO_DETAILS, readDetails } from './fields/details.ts';
import { readHost } from './fields/host.ts';
import { privateV4Network } from './fields/ip-address.ts';
import { eitherOrder } from './fields/moment.ts';
import { Refusal } from './fields/refusal.ts';
import { FileError, tooManyRows } from './file-error.ts';
import { FormCounts } from './form-counts.ts';
import type { ParsedRow, ParseOptions, Reading, ReadingChoice, RejectedRow, RowBatches } from './parsed-file.ts';

/** The parts of a proxy as they are written in the file. */
export interface Parts {
  host: string;
  port: number;
  type: ProxyType;
  /** Empty if there is none; the same for the password. */
  username: string;
  password: string;
  details: Details;
}

/** How many rows are passed on together: few enough that they soon become garbage. */
const BATCH_ROWS = 512;

/** Collects what a file holds, fills in what the import says, and stops a file that holds too much. */
export class RowSink {
  readonly rejected: RejectedRow[] = [];
  readonly forms = new FormCounts();
  readonly dates = new DayOrder();
  /** The type of what names none: the one that the import asks for, else http. */
  readonly defaultType: ProxyType;
  /** Whether the import asks for that type. */
  readonly isTypeGiven: boolean;
  /** Whether the file is an export of ours, which is read back as it is. */
  isExport = false;
  readonly #isPrivateAllowed: boolean;
  readonly #maxRows: number;
  readonly #defaults: Details;
  /** Rows that nothing can change any more, and that were not taken yet. */
  #settled: ParsedRow[] = [];
  /** Rows that the lines behind them decide. */
  readonly #held: ParsedRow[] = [];
  /** Rows whose expiry can be read in two orders, with the other one. */
  readonly #undated = new Map<ParsedRow, Date>();
  #count = 0;
  #isKept = false;
  #plain: ProxyFields | null = null;

  /** @throws FileError for a default that no line may say either */
  constructor(options: ParseOptions) {
    const { type, ...written } = options.defaults;
    const defaults = readDetails(written);
    if (defaults instanceof Refusal) throw new FileError('bad_field', defaults.reason);
    this.defaultType = type ?? 'http';
    this.isTypeGiven = type !== undefined;
    this.#isPrivateAllowed = options.isPrivateAllowed;
    this.#maxRows = options.maxRows;
    this.#defaults = defaults;
  }

  /** @throws FileError at the first line, row or entry over the limit */
  count(): void {
    if (++this.#count > this.#maxRows) throw tooManyRows(this.#maxRows);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /**
   * @param form that it was read in
   * @param monthFirst its expiry if the month is written before the day; null if its order is certain
   */
  add(row: ParsedRow, form: string, monthFirst: Date | null = null): void {
    this.forms.count(form, row.reading, row.line);
    if (monthFirst) this.#undated.set(row, monthFirst);
    else this.#settled.push(row);
  }

  /** Adds a row that may still change, and whose form is counted later. */
  hold(row: ParsedRow): void {
    this.#held.push(row);
  }

  /** Passes no row on before the end if there may be too many lines: such a file should be refused before its rows are written. */
  expect(lines: number): void {
    this.#isKept = lines > this.#maxRows;
  }

  /** Whether there are enough rows to be passed on. */
  get isFull(): boolean {
    return this.#settled.length >= BATCH_ROWS && !this.#isKept;
  }

  /** The rows that nothing can change any more, without those that were taken before. */
  take(): ParsedRow[] {
    const taken = this.#settled;
    this.#settled = [];
    return taken;
  }

  /** The same in batches. */
  *takeAll(): RowBatches<void> {
    const rows = this.take();
    for (let from = 0; from < rows.length; from += BATCH_ROWS) yield rows.slice(from, from + BATCH_ROWS);
  }

  /** @param text of the line, masked */
  reject(line: number, reading: Reading, refusal: Refusal, text: string): void {
    this.rejected.push({ line, reading, reason: refusal.reason, text });
  }

  /** Whether an IPv4 address, as a number, may be imported. */
  accepts(address: number): boolean {
    return this.#isPrivateAllowed || privateV4Network(address) === null;
  }

  /** Checks each part and makes the proxy of them. */
  assemble(parts: Parts): ProxyFields | Refusal {
    const host = readHost(parts.host, this.#isPrivateAllowed);
    if (host instanceof Refusal) return host;
    const username = ADDRESS_FIELDS.username.kind.read(parts.username, 'username');
    if (username instanceof Refusal) return username;
    const password = ADDRESS_FIELDS.password.kind.read(parts.password, 'password');
    if (password instanceof Refusal) return password;
    const fields = this.newFields(parts.details);
    fields.host = host;
    fields.port = parts.port;
    fields.type = parts.type;
    fields.username = username;
    fields.password = password;
    const isSilent = parts.details === NO_DETAILS && this.#defaults === NO_DETAILS;
    const shown = isSilent ? undefined : this.#fieldWithPassword(fields);
    return shown === undefined ? fields : showsPassword(detail(shown).label);
  }

  /** Whether a field that everyone may read is the password of the proxy, or holds it. */
  showsPassword(fields: ProxyFields): boolean {
    return this.#fieldWithPassword(fields) !== undefined;
  }

  #fieldWithPassword(fields: ProxyFields): (typeof SHOWN_FIELDS)[number] | undefined {
    const { password } = fields;
    if (password === null || this.isExport) return undefined;
    return SHOWN_FIELDS.find((key) => {
      const value: unknown = fields[key];
      if (typeof value === 'string') return isShownIn(value, password);
      return Array.isArray(value) && value.some((item) => isShownIn(item, password));
    });
  }

  /** A proxy with these details, completed by those that the import says for all, and without an address. */
  newFields(details: Details): ProxyFields {
    if (details !== NO_DETAILS) return withoutAddress(mergeDetails(details, this.#defaults));
    // Cloning an object is faster than adding fields to one.
    this.#plain ??= withoutAddress(this.#defaults);
    return { ...this.#plain };
  }

  /**
   * Settles all rows: decides the dates whose order is open, and puts rows that were decided late where they belong.
   *
   * @param choice what the lines ask; a file asks one question, so dates that would ask another one are rejected
   */
  finish(choice: ReadingChoice | null): ReadingChoice | null {
    const dated = this.#undated.size > 0 ? this.#decideDates(choice) : null;
    for (const row of this.#held) this.#settled.push(row);
    this.#settled.sort(inOrder);
    this.rejected.sort(inOrder);
    return choice ?? dated;
  }

  #decideDates(choice: ReadingChoice | null): ReadingChoice | null {
    const { shown } = this.dates;
    const settled = this.#settled;
    let question: ReadingChoice | null = null;
    for (const [row, expiresAt] of this.#undated) {
      if (shown === 'day') settled.push(row);
      else if (shown === 'month') settled.push(withExpiry(row, expiresAt, row.reading));
      else if (shown === null && choice === null) {
        settled.push({ ...row, reading: 'first' }, withExpiry(row, expiresAt, 'second'));
        question ??= questionOfDates(this.#undated.size, row.fields.expiresAt, expiresAt);
      } else this.reject(row.line, row.reading, eitherOrder('expiry'), '');
    }
    return question;
  }
}

const showsPassword = (label: string) =>
  new Refusal(`The field “${label}” holds the password, and everyone can read it: remove it there.`);
/** A shorter password may be a part of a word by chance. */
const MIN_PASSWORD_IN_TEXT = 6;

const isShownIn = (text: string, password: string) =>
  text === password || (password.length >= MIN_PASSWORD_IN_TEXT && text.includes(password));

const SHOWN_FIELDS = PLAIN_KEYS.filter((key) => key !== 'externalId');

function questionOfDates(lines: number, dayFirst: Date | null, monthFirst: Date): ReadingChoice {
  const example = (at: Date | null) => at?.toISOString().slice(0, 10) ?? '';
  return {
    taken: 'first',
    lines,
    first: { form: 'dd/mm/yyyy', example: example(dayFirst) },
    second: { form: 'mm/dd/yyyy', example: example(monthFirst) },
  };
}

/** The spread comes first: an object is cloned several times faster than it is added to another one. */
function withoutAddress(details: Details): ProxyFields {
  return { ...details, host: '', port: 0, type: 'http', username: null, password: null };
}

function withExpiry(row: ParsedRow, expiresAt: Date, reading: Reading): ParsedRow {
  return { ...row, reading, fields: { ...row.fields, expiresAt } };
}

/** All rows in the order of the file, and the result. */
export function collectRows<T>(batches: RowBatches<T>): { rows: ParsedRow[]; result: T } {
  const rows: ParsedRow[] = [];
  for (;;) {
    const { done, value } = batches.next();
    if (done) return { rows: rows.sort(inOrder), result: value };
    for (const row of value) rows.push(row);
  }
}

function inOrder(a: { line: number; reading: Reading }, b: { line: number; reading: Reading }): number {
  return a.line - b.line || (a.reading < b.reading ? -1 : 1);
}
