import { mayBegin, readColumns } from './columns.ts';
import { ADDRESS_FIRST } from './layout.ts';
import type { LineAddress } from './line-address.ts';
import type { Credentials } from './login/credentials.ts';
import { beginsWithAddress, doubtOf, isSentence } from './login/doubt.ts';
import type { Login } from './login/login.ts';
import { endsInBareLink, isNameWithBlank, openEnd } from './login/password.ts';
import { holdAddress } from './login/second-address.ts';
import { append, type LineReading } from './reading.ts';
import { addName, type ReadingWriter } from './reading-writer.ts';
import { NO_WORDS, type Word } from './words.ts';

/** Reads the text behind an address: nothing, credentials, words with a meaning, or both. One instance serves all lines of a batch. */
export class BehindAddress {
  readonly #line: LineAddress;
  readonly #logins: Credentials;
  readonly #writer: ReadingWriter;

  constructor(line: LineAddress, logins: Credentials, writer: ReadingWriter) {
    this.#line = line;
    this.#logins = logins;
    this.#writer = writer;
  }

  read(): LineReading | null {
    const { tokens, at, behind: first, last } = this.#line;
    if (last <= first && tokens.count <= first + 1) return this.#alone(NO_WORDS);
    const end = Math.max(last, Math.min(first + 2, tokens.count));
    const mayBeColumns = mayBegin(tokens, first, last);
    const columns = mayBeColumns ? readColumns(tokens, first, last) : null;
    let readings: LineReading | null = null;
    this.#logins.findBehind(at, end, this.#line.around.isUrl);
    for (let index = 0; index < this.#logins.count; index++) {
      readings = append(readings, this.#readLogin(this.#logins.at(index), columns, mayBeColumns));
    }
    return readings ?? this.#readWithoutLogin(columns);
  }

  #readWithoutLogin(columns: readonly Word[] | null): LineReading | null {
    const { behind, last } = this.#line;
    if (columns || last <= behind) return this.#alone(columns ?? NO_WORDS);
    const name = this.#line.nameBeforeLink();
    return name === null ? null : addName(this.#alone(NO_WORDS), name);
  }

  #alone(words: readonly Word[]): LineReading {
    const reading = this.#writer.alone();
    if (isSentence(this.#line, null)) reading.instead = 'sentence';
    this.#writer.addWords(reading, words, this.#line.behind);
    return reading;
  }

  /**
   * @param columns what the same tokens say as columns
   * @param mayBeColumns whether the first of them may begin a word with a meaning of its own
   */
  #readLogin(login: Login, columns: readonly Word[] | null, mayBeColumns: boolean): LineReading | null {
    const { tokens, last } = this.#line;
    if (tokens.isEmpty(login.end - 1) && login.end - login.password > 1) return null;
    const words = login.end >= last ? NO_WORDS : readColumns(tokens, login.end, last);
    const hasName = words === null && isNameWithBlank(tokens, login, last);
    if (words === null && !hasName) return null;
    const whole = hasName ? { ...login, end: last } : login;
    if (!this.#isPossible(whole)) return null;
    const reading = this.#writer.withLogin(ADDRESS_FIRST, tokens.separatorBefore(login.first), whole);
    if (words) this.#writer.addWords(reading, words, login.end);
    reading.instead = columns ?? doubtOf(this.#line, whole, mayBeColumns);
    reading.open = openEnd(tokens, whole, last, hasName);
    return reading;
  }

  /** Names with a port count beside a literal address alone: of two names each may be the proxy. */
  #isPossible(login: Login): boolean {
    const { tokens, strength } = this.#line;
    if (holdAddress(tokens, login, false, strength === 'literal') || endsInBareLink(tokens, login)) return false;
    return !beginsWithAddress(this.#line, login);
  }
}
