import { AT, CELL, COLON, COMMA, isBlank, isCell, PIPE, SEMICOLON, SPACE } from '../../lines/separators.ts';
import { readColumns } from '../columns.ts';
import type { Tokens } from '../tokens.ts';
import type { Login } from './login.ts';
import { isAssigned, isLabelled, isNote, isOneWord, isPlain, mayBeOther } from './login-text.ts';

/** Separators that part username and password if there is no `:` between them. */
const OTHER_KINDS = [SEMICOLON, COMMA, PIPE, CELL];

/** Where credentials and address meet: the separator, the host, and the token behind the separator. */
interface Edge {
  middle: number;
  at: number;
  edge: number;
}

/** Finds the ways in which tokens are a username and a password. One instance serves all lines of a batch. */
export class Credentials {
  readonly #tokens: Tokens;
  readonly #found: Login[] = [];
  /** How many ways were found, the likelier first. */
  count = 0;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  at(index: number): Login {
    return this.#found[index] as Login;
  }

  /**
   * Looks at the tokens `[at + 2, last)` behind an address. Credentials are its first ones. A blank ends them, but for the one
   * between the two, and those in a quoted cell; behind a URL it ends the URL.
   */
  findBehind(at: number, last: number, isUrl: boolean): void {
    this.count = 0;
    const tokens = this.#tokens;
    const first = at + 2;
    const middle = tokens.separatorBefore(first);
    if (middle === COLON || middle === AT) {
      const isLoose = !tokens.isTight(at + 1) && tokens.separatorBefore(at + 1) === COLON;
      if (middle === COLON && !isLoose && !tokens.isTight(first)) return;
      this.#addInChunk(first, this.#endOfChunk(first, last, isLoose), false);
      if (middle === AT && !tokens.isTight(first)) this.#keep((login) => isPlain(tokens, login));
    } else if (middle === SPACE) {
      if (!isUrl || tokens.separatorBefore(at + 1) === SPACE) this.#addBehindBlank(first, last);
    } else {
      this.#addInCells(first, last, { middle, at, edge: first });
    }
    if (mayBeOther(tokens, first, last)) this.#keep(this.#isLogin);
  }

  /** Looks at the tokens `[start, at)` before an address. Credentials are all of them; a blank ends a URL. */
  findBefore(start: number, at: number, isUrl: boolean): void {
    this.count = 0;
    const tokens = this.#tokens;
    const middle = tokens.separatorBefore(at);
    if (middle === AT && isUrl) {
      this.#addUserinfo(start, at);
    } else if (middle === AT || (!(isUrl && isBlank(middle)) && (tokens.isTight(at) || !tokens.isTight(at + 1)))) {
      this.#findAllBefore(start, at, middle);
    }
    if (middle !== AT || !tokens.isTight(at)) this.#keep(this.#isLogin);
    if (!isUrl) this.#keep(({ first }) => !isAssigned(tokens.textOf(first)));
  }

  readonly #isLogin = (login: Login) => !isOneWord(this.#tokens, login) && !isLabelled(this.#tokens, login);

  #findAllBefore(start: number, at: number, middle: number): void {
    const tokens = this.#tokens;
    if (isCell(middle)) {
      this.#addInCells(start, at, { middle, at, edge: at });
      this.#keep((login) => login.end === at);
    } else {
      const isLoose = middle === COLON && !tokens.isTight(at);
      if (this.#endOfChunk(start, at, isLoose) < at) return;
      this.#addInChunk(start, at, middle === SPACE);
    }
    if (middle !== AT) this.#keep((login) => this.#hasPassword(login));
  }

  /** Objects of former lines are filled in again, which saves many allocations. */
  #add(kind: number, first: number, password: number, end: number): void {
    const login = this.#found[this.count++];
    if (login) {
      login.kind = kind;
      login.first = first;
      login.password = password;
      login.end = end;
    } else {
      this.#found.push({ kind, first, password, end });
    }
  }

  #keep(isKept: (login: Login) => boolean): void {
    const { count } = this;
    this.count = 0;
    for (let index = 0; index < count; index++) {
      const login = this.at(index);
      if (isKept(login)) this.#add(login.kind, login.first, login.password, login.end);
    }
  }

  /** RFC 3986, section 3.2.1: the first `:` parts username and password, there may be no password, and a blank ends the URL. */
  #addUserinfo(first: number, end: number): void {
    if (this.#endOfChunk(first, end, false) < end) return;
    const colon = this.#tokens.findSeparator(first + 1, end, COLON);
    this.#add(COLON, first, colon === -1 ? end : colon, end);
  }

  /**
   * Adds credentials that contain no blank. The password takes everything behind the first `:`, unless there is no username; another separator
   * may come once only.
   *
   * @param isInner whether they have another separator than the one before them: then they may as well be something else
   */
  #addInChunk(first: number, end: number, isInner: boolean): void {
    const tokens = this.#tokens;
    const colon = tokens.findSeparator(first + 1, end, COLON);
    if (colon !== -1) {
      if (tokens.isEmpty(first) && !tokens.isEmpty(colon) && end > colon + 1) return;
      if (isInner) this.#addInner(COLON, first, colon, end);
      else this.#add(COLON, first, colon, end);
      return;
    }
    for (const kind of OTHER_KINDS) {
      const password = tokens.findSeparator(first + 1, end, kind);
      if (password === -1 || tokens.findSeparator(password + 1, end, kind) !== -1) continue;
      this.#addInner(kind, first, password, end);
    }
  }

  /** Adds credentials with another separator than the one before them, unless they may as well be something else. */
  #addInner(kind: number, first: number, password: number, end: number): void {
    const isSplit = this.#tokens.isTight(password) && isPlain(this.#tokens, { kind, first, password, end });
    if (isSplit) this.#add(kind, first, password, end);
  }

  #hasPassword({ password, end }: Login): boolean {
    return this.#tokens.sliceOf(password, end) !== '';
  }

  /** `host:port user:password` and `host:port user password`: two words, neither of which means something else. */
  #addBehindBlank(first: number, last: number): void {
    const second = this.#endOfChunk(first, last, false);
    this.#addInChunk(first, second, true);
    const isTwoWords =
      this.count === 0 &&
      second === first + 1 &&
      second < last &&
      this.#tokens.separatorBefore(second) === SPACE &&
      this.#endOfChunk(second, last, false) === last;
    if (isTwoWords) this.#add(SPACE, first, second, last);
    const isRow = this.#tokens.separatorBefore(first - 1) === SPACE;
    this.#keep((login) => isPlain(this.#tokens, login) && (isRow || !this.#isNote(login)));
  }

  #isNote({ password, end }: Login): boolean {
    return isNote(this.#tokens.sliceOf(password, end));
  }

  /**
   * Credentials in cells of their own, or in one cell with the separator of the address between them. The cells behind them are
   * columns, unless the address's separator parts them: then the password may as well contain the cells' separator.
   */
  #addInCells(first: number, last: number, { middle, at, edge }: Edge): void {
    const tokens = this.#tokens;
    const address = tokens.separatorBefore(at + 1);
    const password = tokens.findSeparator(first + 1, last, middle);
    const isPasswordAlone = tokens.isEmpty(first) && !tokens.isEmpty(password);
    if (password !== -1 && !isPasswordAlone) {
      this.#add(middle, first, password, this.#endOfCell(password, last, middle));
    }
    const hasInner = middle !== CELL && address !== middle && address !== SPACE;
    const inner = hasInner ? tokens.findSeparator(first + 1, last, address) : -1;
    if (inner !== -1) {
      const cell = this.#endOfCell(inner, last, middle);
      const end = readColumns(tokens, cell, last) ? cell : last;
      if (end < last && inner < password) this.count = 0;
      this.#addInner(address, first, inner, end);
    }
    if (this.count === 0) this.#addInChunk(first, last, true);
    if (middle === CELL || !tokens.hasBlank) return;
    this.#keep((login) => this.#isUnbroken(login));
    const isRow = address === middle && tokens.isTight(at + 1) === tokens.isTight(edge);
    if (!isRow && !tokens.isTight(edge)) this.#keep((login) => isPlain(tokens, login) && !this.#isNote(login));
  }

  #endOfCell(first: number, last: number, kind: number): number {
    const next = this.#tokens.findSeparator(first + 1, last, kind);
    return next === -1 ? last : next;
  }

  /** The first token behind a blank in `[first, last)`; `last` if there is none. */
  #endOfChunk(first: number, last: number, isLoose: boolean): number {
    const tokens = this.#tokens;
    if (!tokens.hasBlank) return last;
    for (let index = first + 1; index < last; index++) {
      const kind = tokens.separatorBefore(index);
      if (isBlank(kind) || !(tokens.isTight(index) || (isLoose && kind === COLON))) return index;
    }
    return last;
  }

  /** Whether neither username nor password contains a blank. */
  #isUnbroken({ first, password, end }: Login): boolean {
    return this.#endOfChunk(first, password, false) === password && this.#endOfChunk(password, end, false) === end;
  }
}
