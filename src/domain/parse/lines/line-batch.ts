import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { type Details, mergeDetails, NO_DETAILS, readDetails } from '../fields/details.ts';
import { maskOpenReading, maskReading, maskUnread } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import { CREDENTIALS_FIRST } from '../forms/layout.ts';
import { LineForms } from '../forms/line-forms.ts';
import { formOf, type LineReading, NOTHING, TWO_LABELS } from '../forms/reading.ts';
import type { Tokens } from '../forms/tokens.ts';
import type { Word } from '../forms/words.ts';
import { type Frame, mayHaveFrame, NO_FRAME, openFrame, TWO_TYPES } from '../frame/frame.ts';
import { TEXT_BEFORE } from '../frame/link.ts';
import { decodePercent, isOther } from '../frame/query.ts';
import { readSharedLogin } from '../frame/share-link.ts';
import type { Reading, ReadingChoice } from '../parsed-file.ts';
import { PlainRows } from '../plain/plain-rows.ts';
import type { RowSink } from '../proxy-row.ts';
import { type SourceLine, sourceLine } from './line-marks.ts';
import { BARE_IPV6, explain, hasBareIpv6 } from './line-refusal.ts';
import { AT } from './separators.ts';
import { LineVote, type OpenLine } from './vote/line-vote.ts';
import { OpenChoice } from './vote/open-choice.ts';
import { SENTENCE } from './vote/other-readings.ts';

/** Facts about a line from elsewhere: the header above it, the other columns of its row. */
export interface LineContext {
  /** The type if nothing else says one, or why there is none. */
  defaultType: ProxyType | Refusal;
  /** The type that its row names. */
  type: ProxyType | null;
  username: string;
  password: string;
  details: Details;
  /** Its expiry if the month is written before the day; null if its order is certain. */
  monthFirst: Date | null;
}

interface BatchLine extends OpenLine {
  context: LineContext;
}

export interface Login {
  username: string;
  password: string;
}

export const TWO_LOGINS = new Refusal('It names two different usernames or passwords.');
const TWO_COUNTRIES = new Refusal('It names two different countries.');
const TOO_MANY_WAYS = new Refusal('It can be read in more than two ways.');
const SECRET_FRAGMENT = new Refusal('The text behind # may be credentials: write them as user:password@host:port.');

/** Reads lines together: what one of them leaves open, the others decide. */
export class LineBatch {
  /** Keys and words of lines that mean no field of a proxy. */
  readonly leftOut = new Set<string>();
  readonly #sink: RowSink;
  readonly #forms = new LineForms();
  readonly #vote = new LineVote();
  readonly #plain: PlainRows;
  readonly #waiting: BatchLine[] = [];

  constructor(sink: RowSink) {
    this.#sink = sink;
    this.#plain = new PlainRows(sink, this.#forms, this.#vote);
  }

  get tokens(): Tokens {
    return this.#forms.tokens;
  }

  /**
   * Reads a line without noise around it.
   *
   * @returns whether it has the shape of a proxy
   */
  add(source: SourceLine, context: LineContext): boolean {
    const { line, text, from, to, marks } = source;
    this.#sink.count();
    if (!mayHaveFrame(text, from, to, marks)) return this.#read(source, NO_FRAME, context);
    const whole = text.slice(from, to);
    const frame = openFrame(whole, marks);
    const dated = frame instanceof Refusal ? frame : this.#sink.dates.read(frame.written);
    if (frame instanceof Refusal || dated instanceof Refusal) {
      this.#sink.reject(line, 'both', dated as Refusal, maskUnread(whole));
      return false;
    }
    frame.details = dated.details;
    frame.monthFirst = dated.monthFirst;
    for (const key of frame.unknownKeys) this.leftOut.add(key);
    return this.#read(sourceLine(line, frame.core, marks), frame, context);
  }

  /** Reads the line that has been split last if it is a plain row. Gives whether it is one; if not, nothing of it has been read. */
  addPlain(line: number, context: LineContext): boolean {
    return isSilent(context) && this.#plain.add(line, context.defaultType);
  }

  #read({ line, text, from, to }: SourceLine, frame: Frame, context: LineContext): boolean {
    const reading = this.#forms.read(text, from, to, frame);
    const isDoubtful = reading === null || !reading.isStrong || isPlainCredentialsFirst(reading);
    const core = isDoubtful ? text.slice(from, to) : '';
    if (reading === null || (isDoubtful && hasBareIpv6(core))) {
      this.#sink.reject(line, 'both', reading ? BARE_IPV6 : explain(core), maskUnread(core));
      return false;
    }
    const batchLine = { line, text, from, to, frame, reading, context };
    if (LineVote.isOpen(reading, frame)) {
      this.#vote.countOpen(batchLine);
      this.#waiting.push(batchLine);
    } else {
      this.#vote.countDecided(line, reading, frame);
      this.#emit(batchLine, 'both', reading);
      this.#forms.reuse(reading);
    }
    return true;
  }

  /** Decides the lines that waited. Nothing can be added any more. */
  finish(): ReadingChoice | null {
    for (const waiting of this.#waiting) this.#vote.countEnds(waiting);
    this.#plain.finish();
    const choice = new OpenChoice();
    for (const waiting of this.#waiting) this.#decide(waiting, choice);
    return choice.result();
  }

  #decide(waiting: BatchLine, choice: OpenChoice): void {
    const { line, text, from, to, frame } = waiting;
    const readings = this.#vote.readingsOf(waiting);
    const [first, second] = readings;
    if (!first || readings.length > 2) {
      this.#sink.reject(line, 'both', first ? TOO_MANY_WAYS : SENTENCE, maskUnread(text.slice(from, to)));
    } else if (first.beside.isNamed && !this.#vote.areNamed) {
      this.#sink.reject(line, 'both', TEXT_BEFORE, maskUnread(text.slice(from, to)));
    } else if (!second) {
      this.#emit(waiting, 'both', first);
    } else {
      choice.add(text, frame, first, second);
      this.#emit(waiting, 'first', first);
      this.#emit(waiting, 'second', second);
    }
  }

  #emit(batchLine: BatchLine, as: Reading, reading: LineReading): void {
    const { line, text, from, to, frame, context } = batchLine;
    const fields = reading.refusal ?? this.#fieldsOf(batchLine, reading);
    if (!(fields instanceof Refusal)) {
      if (reading.beside !== NOTHING) this.#leaveOut(reading.beside.words);
      const monthFirst = frame.monthFirst ?? context.monthFirst;
      this.#sink.add({ line, reading: as, fields }, formOf(reading, frame), monthFirst);
    } else if (as !== 'both') this.#sink.reject(line, as, fields, maskOpenReading(text, reading));
    else if (reading.isStrong) this.#sink.reject(line, as, fields, maskReading(text, reading));
    else this.#sink.reject(line, as, fields, maskUnread(text.slice(from, to)));
  }

  #leaveOut(words: readonly Word[]): void {
    for (const word of words) if (word.part === 'ignored') this.leftOut.add(word.name);
  }

  #fieldsOf({ text, frame, context }: BatchLine, reading: LineReading): ProxyFields | Refusal {
    const isPlain = reading.beside === NOTHING && frame === NO_FRAME && context.type === null;
    const type = isPlain ? context.defaultType : typeOf(reading, frame, context);
    if (type instanceof Refusal) return type;
    let username = trimmedSlice(text, reading.userFrom, reading.userTo);
    let password = trimmedSlice(text, reading.passwordFrom, reading.passwordTo);
    if (frame !== NO_FRAME || context.username !== '' || context.password !== '') {
      const login = this.#joinLogins({ username, password }, reading, frame, context);
      if (login instanceof Refusal) return login;
      ({ username, password } = login);
    }
    const details = detailsOf(reading, frame, context);
    if (details instanceof Refusal) return details;
    return this.#sink.assemble({
      host: text.slice(reading.hostFrom, reading.hostTo),
      port: reading.port,
      type,
      username,
      password,
      details,
    });
  }

  /** Joins the credentials in the line, in its query and in the other columns of its row. */
  #joinLogins(said: Login, reading: LineReading, frame: Frame, context: LineContext): Login | Refusal {
    const line = this.#decodeLogin(said, reading, frame);
    if (isOther(line.username, frame.username) || isOther(line.password, frame.password)) return TWO_LOGINS;
    const username = line.username || frame.username;
    const password = line.password || frame.password;
    if (isOther(username, context.username) || isOther(password, context.password)) return TWO_LOGINS;
    const login = { username: username || context.username, password: password || context.password };
    return mayBeSecret(frame.fragment, login) ? SECRET_FRAGMENT : login;
  }

  #decodeLogin({ username, password }: Login, reading: LineReading, frame: Frame): Login {
    const { layout } = reading;
    if (frame.hasSlash && this.#vote.areSlashes && layout.endsInPassword) {
      return { username, password: password.slice(0, -1) };
    }
    const isUserinfo = frame.isUrl && layout.order === CREDENTIALS_FIRST && layout.middle === AT;
    if (!isUserinfo) return { username, password };
    const plain = { username: decodePercent(username), password: decodePercent(password) };
    return password === '' ? (readSharedLogin(plain.username) ?? plain) : plain;
  }
}

/** `trim` costs more than all else that a line takes, and few lines need it. */
function trimmedSlice(text: string, from: number, to: number): string {
  if (to <= from) return '';
  const slice = text.slice(from, to);
  return text.charCodeAt(from) <= 32 || text.charCodeAt(to - 1) <= 32 ? slice.trim() : slice;
}

/** `user:password:host:port`, which may also be the groups of an IPv6 address. */
function isPlainCredentialsFirst({ layout }: LineReading): boolean {
  return layout.order === CREDENTIALS_FIRST && layout.middle !== AT;
}

/** Whether nothing but a default type is said of a line elsewhere. */
function isSilent({ type, username, password, details, monthFirst }: LineContext): boolean {
  return type === null && username === '' && password === '' && details === NO_DETAILS && monthFirst === null;
}

function typeOf({ beside }: LineReading, frame: Frame, context: LineContext): ProxyType | Refusal {
  return joinTypes(beside.words, frame.type, context.type) ?? context.defaultType;
}

function joinTypes(
  words: readonly Word[],
  around: ProxyType | null,
  elsewhere: ProxyType | null,
): ProxyType | null | Refusal {
  let type = around ?? elsewhere;
  if (around && elsewhere && around !== elsewhere) return TWO_TYPES;
  for (const word of words) {
    if (word.part !== 'type') continue;
    if (type !== null && type !== word.type) return TWO_TYPES;
    type = word.type;
  }
  return type;
}

function detailsOf(reading: LineReading, frame: Frame, context: LineContext): Details | Refusal {
  if (reading.beside === NOTHING && context.details === NO_DETAILS) return frame.details;
  let details = frame.details;
  let country: string | null = null;
  for (const word of reading.beside.words) {
    if (word.part !== 'country') continue;
    if (country !== null && country !== word.country) return TWO_COUNTRIES;
    country = word.country;
  }
  if (isOther(country ?? '', details.country ?? '')) return TWO_COUNTRIES;
  if (country !== null) details = mergeDetails({ ...NO_DETAILS, country }, details);
  if (reading.beside.label !== '') {
    const label = readDetails({ label: reading.beside.label });
    if (label instanceof Refusal) return label;
    if (isOther(label.label as string, details.label ?? '')) return TWO_LABELS;
    details = mergeDetails(label, details);
  }
  return mergeDetails(details, context.details);
}

/** Two texts of which the second one has letters and digits, with or without more behind them. */
const LOGIN_LIKE = /^[^\s|;,/]+[|;,/](?=[^\s|;,/]*\p{L})(?=[^\s|;,/]*\p{N})/u;
const WORD_WITH_DIGITS = /^(?=\S*\p{L})(?=\S*\p{N})\S+$/u;

/** Whether a fragment can be credentials, or repeats the password: then it is not used as a label, which everyone may see. */
function mayBeSecret(fragment: string, { username, password }: Login): boolean {
  if (password !== '') return fragment.includes(password);
  return username === '' ? /\S:\S/.test(fragment) || LOGIN_LIKE.test(fragment) : WORD_WITH_DIGITS.test(fragment);
}
