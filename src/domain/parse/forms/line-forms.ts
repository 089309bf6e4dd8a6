import { QUAD_SHAPE } from '../fields/ip-address.ts';
import { MAX_SCHEME, typeOfScheme } from '../lines/proxy-scheme.ts';
import { AT, CELL, COLON, isCell, SPACE, separatorText } from '../lines/separators.ts';
import { type Addresses, findAddresses, noAddresses, portOf } from './addresses.ts';
import { mayBegin, readColumns } from './columns.ts';
import { ADDRESS_ALONE, ADDRESS_FIRST, CREDENTIALS_FIRST, Layouts } from './layout.ts';
import { Credentials } from './login/credentials.ts';
import type { Login } from './login/login.ts';
import { areNumbers, isNote, isPasswordLike, isWord } from './login/login-text.ts';
import { endsInBareLink, isNameWithBlank, openEnd } from './login/password.ts';
import { addressIn, areSeveral, holdAddress, isNamedAddress } from './login/second-address.ts';
import { holdsEntity } from './markup.ts';
import { append, type Beside, type LineReading, NOTHING, newReading, resetReading } from './reading.ts';
import { Tokens } from './tokens.ts';
import { NO_WORDS, nameOfWord, type Word, wordOf } from './words.ts';

/** Known text around the tokens of a line. */
export interface Surroundings {
  /** Behind a `scheme://`, where a username may stand without a password. */
  isUrl: boolean;
  /** Before a change-IP link, where a name may stand. */
  hasLink: boolean;
}

/**
 * Finds all ways to give each token of a line a meaning.
 *
 * A way is an address, and an explanation of all tokens before it and of all behind it. Before it: nothing, a type, a number of a
 * list, credentials, or a name (which the batch has to confirm). Behind it: nothing, credentials, words with a meaning of their
 * own, or both. A way that leaves anything over does not count, so no text becomes part of a proxy by chance.
 *
 * One instance reads all lines of a batch.
 */
export class LineForms {
  readonly layouts = new Layouts();
  readonly tokens = new Tokens();
  readonly #addresses = noAddresses();
  readonly #logins = new Credentials(this.tokens);
  #spare: LineReading | null = null;
  #around: Surroundings = { isUrl: false, hasLink: false };
  #at = 0;
  #strength: Addresses['strength'] = 'weak';
  /** The end of the tokens that are not empty; empty ones at the end are separators that end the line. */
  #last = 0;
  /** Whether the first token behind the address may begin a word with a meaning of its own. */
  #mayBeColumns = false;
  /** The type before the address. */
  #type: readonly Word[] = NO_WORDS;

  /** Takes back a reading that is not used any more, for one of the next line. */
  reuse(reading: LineReading): void {
    this.#spare = reading;
  }

  /** The readings of `text[from, to)`, the likeliest first; null if there is none. */
  read(text: string, from: number, to: number, around: Surroundings): LineReading | null {
    const tokens = this.tokens.read(text, from, to);
    const { count, first, second, strength } = findAddresses(tokens, this.#addresses);
    if (count === 0 || count > 2 || holdsEntity(tokens)) return null;
    if (count === 2 && areSeveral(tokens, this.#addresses)) return null;
    this.#around = around;
    this.#strength = strength;
    const ofFirst = this.#readAt(first);
    if (count === 1) return ofFirst;
    const ofSecond = this.#readAt(second);
    const only = ofFirst ? (ofSecond ? null : ofFirst) : ofSecond;
    return only && this.#hidesAddress(only) ? null : append(ofFirst, ofSecond);
  }

  /**
   * Of two addresses the other one would be part of the credentials. Before an `@` it may be the domain of a username with a password
   * of digits, and in a URL anything without an `@`.
   */
  #hidesAddress({ layout, userTo }: LineReading): boolean {
    if (layout.order !== CREDENTIALS_FIRST || layout.middle !== AT) return true;
    const { first, second } = this.#addresses;
    if (this.tokens.separatorBefore(first) !== AT) return !this.#around.isUrl;
    return userTo !== this.tokens.toOf(first) || second !== first + 2;
  }

  #readAt(at: number): LineReading | null {
    this.#at = at;
    this.#type = NO_WORDS;
    this.#last = this.tokens.count;
    while (this.#last > at + 2 && this.tokens.isEmpty(this.#last - 1)) this.#last--;
    if (at === 0) return this.#readBehind();
    const start = this.#takeType();
    if (at === start || this.#isListNumber(start)) return this.#readBehind();
    return this.#readCredentialsBefore(start) ?? this.#readNamed(start);
  }

  /** A type as the first word: `socks5 203.0.113.7 1080`. Gives the first token behind it. */
  #takeType(): number {
    if (this.tokens.separatorBefore(1) === AT) return 0;
    const type =
      this.tokens.toOf(0) - this.tokens.fromOf(0) <= MAX_SCHEME ? typeOfScheme(this.tokens.textOf(0)) : undefined;
    if (type === undefined) return 0;
    this.#type = [{ part: 'type', type }];
    return 1;
  }

  /** The number of the line in a list: `1,203.0.113.7,8080`. */
  #isListNumber(start: number): boolean {
    const separator = this.tokens.separatorBefore(this.#at);
    if (this.#at !== start + 1 || !(isCell(separator) || separator === SPACE)) return false;
    return /^\d{1,6}$/.test(this.tokens.textOf(start));
  }

  #readCredentialsBefore(start: number): LineReading | null {
    const middle = this.tokens.separatorBefore(this.#at);
    if (middle !== AT && this.#isBroken(start)) return null;
    const behind = this.#explainBehind();
    if (behind === null) return null;
    this.#mayBeColumns = true;
    let readings: LineReading | null = null;
    this.#logins.findBefore(start, this.#at, this.#around.isUrl);
    for (let index = 0; index < this.#logins.count; index++) {
      const login = this.#logins.at(index);
      if (middle !== AT && (this.tokens.isEmpty(login.first) || this.#holdWord(login))) continue;
      if (this.#holdAddress(login, middle === AT && this.#around.isUrl)) continue;
      if ((isApart(middle) || login.kind !== COLON) && addressIn(this.tokens, login)) continue;
      const reading = this.#withLogin(CREDENTIALS_FIRST, middle, login);
      if (isApart(middle) && !isPasswordLike(this.tokens, login)) reading.instead = 'text before';
      this.#addWords(reading, behind.words, this.#at + 2);
      this.#addName(reading, behind.label);
      readings = append(readings, reading);
    }
    return readings;
  }

  /** Whether the first token is itself meant as a host, with its port or a number of it wrong. */
  #isBroken(start: number): boolean {
    const first = this.tokens.textOf(start);
    return QUAD_SHAPE.test(first) || (this.#strength === 'weak' && first.includes('.'));
  }

  /** The text behind an address that has its credentials before it: nothing, words with a meaning, or the name before a link. */
  #explainBehind(): { words: readonly Word[]; label: string } | null {
    const first = this.#at + 2;
    if (this.#last <= first) return { words: NO_WORDS, label: '' };
    const words = readColumns(this.tokens, first, this.#last);
    if (words) return { words, label: '' };
    const label = this.#nameBeforeLink(first);
    return label === null ? null : { words: NO_WORDS, label };
  }

  /** The one field behind the port and before a change-IP link. */
  #nameBeforeLink(first: number): string | null {
    if (!this.#around.hasLink || this.tokens.separatorBefore(first) !== COLON) return null;
    if (this.tokens.findSeparator(first + 1, this.#last, COLON) >= 0) return null;
    return this.tokens.sliceOf(first, this.#last);
  }

  /** `Desk 7: 203.0.113.7:8080`: a name, if every line of the batch has one. */
  #readNamed(start: number): LineReading | null {
    const name = this.#nameBefore(start);
    if (name === null) return null;
    const isColon = this.tokens.separatorBefore(this.#at) === COLON;
    const needsLogin = !isColon || this.tokens.isTight(this.#at);
    const readings = this.#readBehind();
    const word = wordOf(name);
    const by = separatorText(this.tokens.separatorBefore(this.#at));
    for (let one = readings; one; one = one.next) {
      if (word?.part === 'country') addBefore(one, { words: [word, ...one.beside.words], before: `country${by}` });
      else if (needsLogin && one.layout.order === ADDRESS_ALONE) return null;
      else addBefore(one, { label: name, isNamed: true, before: `name${by}` });
    }
    return readings;
  }

  #nameBefore(start: number): string | null {
    const tokens = this.tokens;
    const separator = tokens.separatorBefore(this.#at);
    if (separator !== COLON && !isCell(separator)) return null;
    for (let index = start; index < this.#at; index++) {
      if (index > start && tokens.separatorBefore(index) !== SPACE) return null;
      if (wordOf(tokens.textOf(index))?.part === 'type') return null;
    }
    if (isNamedAddress(tokens, start, this.#at)) return null;
    const name = tokens.sliceOf(start, this.#at);
    return /\p{L}/u.test(name) && !name.includes('=') ? name : null;
  }

  #readBehind(): LineReading | null {
    const tokens = this.tokens;
    const first = this.#at + 2;
    if (this.#last <= first && tokens.count <= first + 1) return this.#alone(NO_WORDS);
    const end = Math.max(this.#last, Math.min(first + 2, tokens.count));
    this.#mayBeColumns = first < this.#last && mayBegin(tokens, first, this.#last);
    const columns = this.#mayBeColumns ? readColumns(tokens, first, this.#last) : null;
    let readings: LineReading | null = null;
    this.#logins.findBehind(this.#at, end, this.#around.isUrl);
    for (let index = 0; index < this.#logins.count; index++) {
      readings = append(readings, this.#readLoginBehind(this.#logins.at(index), columns));
    }
    if (readings) return readings;
    if (columns || this.#last <= first) return this.#alone(columns ?? NO_WORDS);
    const name = this.#nameBeforeLink(first);
    return name === null ? null : this.#addName(this.#alone(NO_WORDS), name);
  }

  #alone(words: readonly Word[]): LineReading {
    const reading = this.#reading(ADDRESS_ALONE);
    if (this.#isSentence(null)) reading.instead = 'sentence';
    this.#addWords(reading, words, this.#at + 2);
    return reading;
  }

  /** @param columns what the same tokens say as columns */
  #readLoginBehind(login: Login, columns: readonly Word[] | null): LineReading | null {
    const tokens = this.tokens;
    if (login.end < this.#last && tokens.isEmpty(login.end - 1) && login.end - login.password > 1) return null;
    const words = login.end >= this.#last ? NO_WORDS : readColumns(tokens, login.end, this.#last);
    const hasName = words === null && isNameWithBlank(this.tokens, login, this.#last);
    if (words === null && !hasName) return null;
    const whole = hasName ? { ...login, end: this.#last } : login;
    if (columns && whole.end === whole.password + 1 && tokens.sliceOf(whole.first, whole.end).length <= 1) return null;
    if (this.#holdAddress(whole, false) || endsInBareLink(this.tokens, whole)) return null;
    if (this.#beginsWithAddress(whole)) return null;
    const reading = this.#withLogin(ADDRESS_FIRST, tokens.separatorBefore(login.first), whole);
    if (words) this.#addWords(reading, words, login.end);
    reading.instead = columns ?? this.#doubtOf(whole);
    reading.open = openEnd(tokens, whole, this.#last, hasName);
    return reading;
  }

  /** Names with a port count beside a literal address alone: of two names each may be the proxy. */
  #holdAddress(login: Login, isUserinfo: boolean): boolean {
    return holdAddress(this.tokens, login, isUserinfo, this.#strength === 'literal');
  }

  /** Whether a username or a password is a word with a meaning of its own (`DE`, `elite`), so that both may be columns. */
  #holdWord({ first, password, end }: Login): boolean {
    const { tokens } = this;
    return (this.#mayBeColumns && isWord(tokens, first, password)) || (password < end && isWord(tokens, password, end));
  }

  #doubtOf(login: Login): 'prose' | 'sentence' | null {
    if (this.#mayBeAddress(login)) return 'prose';
    if (this.#isSentence(login)) return 'sentence';
    return this.#isProse(login) || this.#holdWord(login) || areNumbers(this.tokens, login) ? 'prose' : null;
  }

  /**
   * Whether credentials may as well be text: they have another separator than the address, and their password does not look like one.
   * A row of values with blanks between them is a sentence too, unless a type begins it.
   */
  #isProse(login: Login): boolean {
    const tokens = this.tokens;
    const { first, password, end, kind } = login;
    const middle = tokens.separatorBefore(first);
    if (middle === CELL || (!isApart(middle) && tokens.isTight(first))) return false;
    if (middle === SPACE && this.#isRow(first)) {
      return this.#type === NO_WORDS ? !isPasswordLike(tokens, login) : isNote(tokens.sliceOf(password, end));
    }
    if (this.#isRow(first)) return false;
    return (kind === SPACE && end > password + 1) || !isPasswordLike(tokens, login);
  }

  /** Whether a username and a password in cells of their own may be another proxy. */
  #mayBeAddress(login: Login): boolean {
    return isApart(this.tokens.separatorBefore(login.first)) && addressIn(this.tokens, login) !== null;
  }

  /** Whether the separator before the token `index` is the one between host and port. */
  #isRow(index: number): boolean {
    const { tokens } = this;
    const isAlike = tokens.separatorBefore(this.#at + 1) === tokens.separatorBefore(index);
    return isAlike && tokens.isTight(this.#at + 1) === tokens.isTight(index);
  }

  /** Whether credentials in cells begin with the name and the port of another proxy. As two cells they may be a username and digits. */
  #beginsWithAddress(login: Login): boolean {
    const middle = this.tokens.separatorBefore(login.first);
    const other = isApart(middle) ? addressIn(this.tokens, login) : null;
    return other === 'username' || (other === 'login' && login.kind !== middle);
  }

  /** Whether a name and a number behind a blank may stand in a sentence, with two words behind them or none. */
  #isSentence(login: Login | null): boolean {
    const isTight = this.tokens.separatorBefore(this.#at + 1) !== SPACE && this.tokens.isTight(this.#at + 1);
    if (this.#strength !== 'name' || isTight) return false;
    return login === null || !isPasswordLike(this.tokens, login);
  }

  #withLogin(order: number, middle: number, { kind, first, password, end }: Login): LineReading {
    const tokens = this.tokens;
    const reading = this.#reading(order, middle, kind);
    reading.userFrom = tokens.fromOf(first);
    reading.userTo = tokens.toOf(password - 1);
    if (password < end) {
      reading.passwordFrom = tokens.fromOf(password);
      reading.passwordTo = tokens.toOf(end - 1);
    }
    return reading;
  }

  #reading(order: number, middle?: number, credentials?: number): LineReading {
    const tokens = this.tokens;
    const layout = this.layouts.get(order, tokens.separatorBefore(this.#at + 1), middle, credentials);
    const reading = this.#spare ? resetReading(this.#spare) : newReading();
    this.#spare = null;
    reading.layout = layout;
    reading.isStrong = this.#strength !== 'weak';
    reading.hostFrom = tokens.fromOf(this.#at);
    reading.hostTo = tokens.toOf(this.#at);
    reading.port = portOf(tokens, this.#at + 1);
    if (this.#type !== NO_WORDS) {
      const before = `type${separatorText(tokens.separatorBefore(1))}`;
      reading.beside = { ...NOTHING, words: this.#type, before };
    }
    return reading;
  }

  #addWords(reading: LineReading, words: readonly Word[], first: number): void {
    if (words.length === 0) return;
    const separator = separatorText(this.tokens.separatorBefore(first));
    const behind = words.map((word) => `${separator}${nameOfWord(word)}`).join('');
    reading.beside = { ...reading.beside, words: [...reading.beside.words, ...words], behind };
  }

  #addName(reading: LineReading, name: string): LineReading {
    if (name !== '') reading.beside = { ...reading.beside, label: name, behind: `${reading.beside.behind}:name` };
    return reading;
  }
}

function addBefore(reading: LineReading, said: Partial<Beside> & Pick<Beside, 'before'>): void {
  reading.beside = { ...reading.beside, ...said, before: `${reading.beside.before}${said.before}` };
}

/** Whether a separator parts two words or two cells. */
const isApart = (separator: number) => separator === SPACE || isCell(separator);
