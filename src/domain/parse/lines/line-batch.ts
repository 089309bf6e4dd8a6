import type { ProxyFields, ProxyType } from '../../proxies/proxy.ts';
import { readCountryCode } from '../fields/country.ts';
import { type Details, mergeDetails, NO_DETAILS, readDetails } from '../fields/details.ts';
import { maskOpenReading, maskReading, maskUnread } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import type { Reading, ReadingChoice } from '../proxy-file.ts';
import type { RowSink } from '../proxy-row.ts';
import {
  CREDENTIALS_AT_ADDRESS,
  CREDENTIALS_FIRST,
  credentialSeparator,
  endsInPassword,
  type LineReading,
  orderOf,
  readForms,
} from './line-forms.ts';
import { decodePercent, type Frame, mayHaveFrame, NO_FRAME, openFrame } from './line-frame.ts';
import { explain, hasBareIpv6 } from './line-refusal.ts';
import { afterSeparator, LineVote, type OpenLine, tailOf } from './line-vote.ts';
import { OpenChoice } from './open-choice.ts';
import { typeOfScheme } from './proxy-scheme.ts';
import { COLON, findSeparator, TAB } from './separators.ts';

/** What is known of a line from elsewhere: the header above it, the other columns of its row. */
export interface LineContext {
  /** The type if nothing else says one. */
  defaultType: ProxyType;
  /** The type that its row names. */
  type: ProxyType | null;
  username: string;
  password: string;
  details: Details;
}

interface WaitingLine extends OpenLine {
  line: number;
  context: LineContext;
}

const TWO_TYPES = new Refusal('It names two different proxy types.');
const TWO_LOGINS = new Refusal('It names two different usernames or passwords.');
const TOO_MANY_WAYS = new Refusal('It can be read in more than two ways.');
const BARE_IPV6 = new Refusal('An IPv6 address with a port needs brackets: [2001:db8::7]:8080.');

const SCHEME_FIELD_FIRST = /^(\w{3,7})[\s:;,|\x7f]+(?=\S)/;
const SCHEME_FIELD_LAST = /[\s:;,|\x7f](\w{3,7})$/;

/** Reads lines together: what one of them leaves open, the others decide. */
export class LineBatch {
  readonly unknownKeys = new Set<string>();
  readonly #sink: RowSink;
  readonly #vote = new LineVote();
  readonly #waiting: WaitingLine[] = [];

  constructor(sink: RowSink) {
    this.#sink = sink;
  }

  /**
   * Reads the line `text[from, to)`, which has no noise around it.
   *
   * @param marks of its characters, at least
   */
  add(line: number, text: string, from: number, to: number, marks: number, context: LineContext): void {
    this.#sink.count();
    if (!mayHaveFrame(text, to, marks)) {
      this.#read(line, text, from, to, NO_FRAME, context);
      return;
    }
    const whole = text.slice(from, to);
    const frame = openFrame(whole, marks);
    if (frame instanceof Refusal) {
      this.#sink.reject(line, 'both', frame, maskUnread(whole));
      return;
    }
    for (const key of frame.unknownKeys) if (key !== '') this.unknownKeys.add(key);
    this.#read(line, frame.core, 0, frame.core.length, frame, context);
  }

  #read(line: number, text: string, from: number, to: number, frame: Frame, context: LineContext): void {
    const reading = readForms(text, from, to, frame.isUrl);
    if (frame.hasLink && this.#readNamed(line, text, reading, frame, context)) return;
    if (!reading?.isStrong && this.#readSchemeField(line, text.slice(from, to), frame, context)) return;
    if (reading === null) {
      this.#sink.reject(line, 'both', explain(text.slice(from, to)), maskUnread(text.slice(from, to)));
      return;
    }
    const isDoubtful = !reading.isStrong || orderOf(reading.form) === CREDENTIALS_FIRST;
    if (isDoubtful && hasBareIpv6(text.slice(from, to))) {
      this.#sink.reject(line, 'both', BARE_IPV6, maskUnread(text.slice(from, to)));
    } else if (LineVote.isOpen(text, reading, frame)) {
      const waiting = { line, text, frame, reading, context };
      this.#vote.countOpen(waiting);
      this.#waiting.push(waiting);
    } else {
      this.#vote.countDecided(reading, frame, false);
      this.#emit(line, 'both', text, reading, frame, context);
    }
  }

  /** A name before a change-IP link where it cannot be taken for a password: behind the port of forms 1, 3 and 4. */
  #readNamed(line: number, text: string, reading: LineReading | null, frame: Frame, context: LineContext): boolean {
    if (reading?.isStrong && credentialSeparator(reading.form) < TAB) return false;
    const at = findSeparator(text, 0, text.length, COLON, true);
    const named = at < 0 ? null : readForms(text, 0, at, frame.isUrl);
    if (!named?.isStrong || named.next || endsInPassword(named.form)) return false;
    const label = readDetails({ label: text.slice(at).replace(/^[\s:]+/, '') });
    this.#vote.countDecided(named, frame, true);
    if (label instanceof Refusal) this.#sink.reject(line, 'both', label, maskReading(text, named));
    else {
      const details = mergeDetails(label, frame.details);
      this.#emit(line, 'both', text, named, { ...frame, details }, context);
    }
    return true;
  }

  /** A scheme as the first field or the last (`socks5 203.0.113.7 1080`, `203.0.113.7:1080:socks5`), where nothing else fits. */
  #readSchemeField(line: number, text: string, frame: Frame, context: LineContext): boolean {
    if (frame.type) return false;
    const first = SCHEME_FIELD_FIRST.exec(text);
    const last = SCHEME_FIELD_LAST.exec(text);
    const typeFirst = typeOfScheme(first?.[1] ?? '');
    const type = typeFirst ?? typeOfScheme(last?.[1] ?? '');
    const rest = typeFirst ? text.slice(first?.[0].length) : text.slice(0, last?.index).trimEnd();
    if (!type || !readForms(rest, 0, rest.length, false)?.isStrong) return false;
    this.#read(line, rest, 0, rest.length, { ...frame, type }, context);
    return true;
  }

  /** Decides the lines that waited. Nothing can be added any more. */
  finish(): ReadingChoice | null {
    for (const waiting of this.#waiting) this.#vote.countTails(waiting);
    const choice = new OpenChoice(this.#vote);
    for (const waiting of this.#waiting) this.#decide(waiting, choice);
    if (this.#waiting.length > 0) this.#sink.sort();
    return choice.result();
  }

  #decide(waiting: WaitingLine, choice: OpenChoice): void {
    const { line, text, frame, context } = waiting;
    const readings = this.#vote.readingsOf(waiting);
    const [first, second] = readings;
    if (first && !second) {
      this.#emit(line, 'both', text, first, frame, context);
    } else if (first && second && readings.length === 2) {
      choice.add(text, frame, first, second);
      this.#emit(line, 'first', text, first, frame, context);
      this.#emit(line, 'second', text, second, frame, context);
    } else {
      this.#sink.reject(line, 'both', TOO_MANY_WAYS, maskUnread(text));
    }
  }

  #emit(line: number, as: Reading, text: string, reading: LineReading, frame: Frame, context: LineContext): void {
    const fields = this.#fieldsOf(text, reading, frame, context);
    if (!(fields instanceof Refusal)) this.#sink.add(line, as, fields);
    else if (as !== 'both') this.#sink.reject(line, as, fields, maskOpenReading(text, reading));
    else this.#sink.reject(line, as, fields, reading.isStrong ? maskReading(text, reading) : maskUnread(text));
  }

  #fieldsOf(text: string, reading: LineReading, frame: Frame, context: LineContext): ProxyFields | Refusal {
    if (frame.type && context.type && frame.type !== context.type) return TWO_TYPES;
    let username = trimmedSlice(text, reading.userFrom, reading.userTo);
    let password = '';
    let details = frame.details;
    if (reading.tail === 'password') {
      password = trimmedSlice(text, reading.passwordFrom, reading.passwordTo);
      if (frame.hasSlash && this.#vote.areSlashes && endsInPassword(reading.form)) password = password.slice(0, -1);
    } else {
      const at = tailOf(text, reading, reading.tail === 'name');
      const behind = afterSeparator(text, at, reading).trim();
      password = text.slice(reading.passwordFrom, at).trim();
      const said =
        reading.tail === 'name' ? readDetails({ label: behind }) : { ...NO_DETAILS, country: readCountryCode(behind) };
      if (said instanceof Refusal) return said;
      details = mergeDetails(said, details);
    }
    if (frame.isUrl && orderOf(reading.form) === CREDENTIALS_AT_ADDRESS) {
      username = decodePercent(username);
      password = decodePercent(password);
    }
    if (isOther(username, context.username) || isOther(password, context.password)) return TWO_LOGINS;
    return this.#sink.assemble({
      host: text.slice(reading.hostFrom, reading.hostTo),
      port: reading.port,
      type: frame.type ?? context.type ?? context.defaultType,
      username: username || context.username,
      password: password || context.password,
      details: context.details === NO_DETAILS ? details : mergeDetails(details, context.details),
    });
  }
}

/** `trim` costs more than all else that a line takes, and few lines need it. */
function trimmedSlice(text: string, from: number, to: number): string {
  if (to <= from) return '';
  const slice = text.slice(from, to);
  return text.charCodeAt(from) <= 32 || text.charCodeAt(to - 1) <= 32 ? slice.trim() : slice;
}

function isOther(said: string, elsewhere: string): boolean {
  return said !== '' && elsewhere !== '' && said !== elsewhere;
}
