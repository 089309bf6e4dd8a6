import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { NO_DETAILS } from '../fields/details.ts';
import { Refusal } from '../fields/refusal.ts';
import { ADDRESS_FIRST, CREDENTIALS_FIRST } from '../forms/layout.ts';
import type { LineForms } from '../forms/line-forms.ts';
import { AT, COLON } from '../lines/separators.ts';
import type { LineVote } from '../lines/vote/line-vote.ts';
import type { ParsedRow } from '../parsed-file.ts';
import type { RowSink } from '../proxy-row.ts';
import { PlainRow } from './plain-row.ts';

/** How many characters `:DE` has. */
const TAIL_CHARS = 3;

/** Reads the lines of a batch that the grammar is not needed for. */
export class PlainRows {
  readonly #sink: RowSink;
  readonly #forms: LineForms;
  readonly #vote: LineVote;
  readonly #row = new PlainRow();
  /** Rows with the code of a country behind their password, which only the other lines can tell from a part of it. */
  readonly #open: ParsedRow[] = [];
  /** The text that all lines are in, and where the password of each of these rows ends in it without that code. */
  #text = '';
  readonly #ends: number[] = [];

  constructor(sink: RowSink, forms: LineForms, vote: LineVote) {
    this.#sink = sink;
    this.#forms = forms;
    this.#vote = vote;
  }

  /**
   * Reads the line that has been split last, of which nothing else speaks.
   *
   * @returns whether it is a plain row; if not, nothing of it has been read
   */
  add(line: number, defaultType: ProxyType | Refusal): boolean {
    const row = this.#row;
    const { tokens, layouts } = this.#forms;
    if (!row.read(tokens) || !this.#sink.accepts(row.address)) return false;
    const type = row.type ?? defaultType;
    if (type instanceof Refusal) return false;
    const separator = tokens.separatorBefore(row.host + 1);
    const middle = row.order === CREDENTIALS_FIRST ? AT : separator;
    const layout = layouts.get(row.order, separator, middle, separator);
    const fields = this.#sink.newFields(NO_DETAILS);
    fields.host = tokens.textOf(row.host);
    fields.port = row.port;
    fields.type = type;
    fields.username = tokens.text.slice(row.userFrom, row.userTo);
    fields.password = tokens.text.slice(row.passwordFrom, row.passwordTo);
    this.#sink.count();
    this.#vote.countPlain(line, layout, row.country !== null);
    if (row.country === null) {
      this.#sink.add({ line, reading: 'both', fields }, row.type === null ? layout.form : 'URL');
    } else {
      fields.country = row.country;
      const open: ParsedRow = { line, reading: 'both', fields };
      this.#sink.hold(open);
      this.#open.push(open);
      this.#ends.push(row.passwordTo);
      this.#text = tokens.text;
    }
    return true;
  }

  /** Decides the open rows, once all lines are counted. */
  finish(): void {
    const { areCountries } = this.#vote;
    const { form } = this.#forms.layouts.get(ADDRESS_FIRST, COLON, COLON, COLON);
    for (const [index, { line, fields }] of this.#open.entries()) {
      if (!areCountries) this.#joinTail(fields, this.#ends[index] as number);
      this.#sink.forms.count(areCountries ? `${form}:country` : form, 'both', line);
    }
  }

  #joinTail(fields: ProxyFields, end: number): void {
    fields.password = `${fields.password}${this.#text.slice(end, end + TAIL_CHARS)}`;
    fields.country = this.#sink.newFields(NO_DETAILS).country;
  }
}
