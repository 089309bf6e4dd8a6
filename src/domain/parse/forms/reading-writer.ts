import { separatorText } from '../lines/separators.ts';
import { portOf } from './addresses.ts';
import { ADDRESS_ALONE, type Layout, Layouts } from './layout.ts';
import type { LineAddress } from './line-address.ts';
import type { Login } from './login/login.ts';
import { type Beside, type LineReading, NOTHING, newReading, resetReading } from './reading.ts';
import { NO_WORDS, nameOfWord, type Word } from './words.ts';

/** Writes down the ways to read a line. */
export class ReadingWriter {
  readonly layouts = new Layouts();
  readonly #line: LineAddress;
  #spare: LineReading | null = null;

  constructor(line: LineAddress) {
    this.#line = line;
  }

  /** Takes back a reading that is not used any more, for one of the next line. */
  reuse(reading: LineReading): void {
    this.#spare = reading;
  }

  /** The address without credentials. */
  alone(): LineReading {
    return this.#write(this.layouts.get(ADDRESS_ALONE, this.#address));
  }

  /** The address with credentials. */
  withLogin(order: number, middle: number, { kind, first, password, end }: Login): LineReading {
    const { tokens } = this.#line;
    const reading = this.#write(this.layouts.get(order, this.#address, middle, kind));
    reading.userFrom = tokens.fromOf(first);
    reading.userTo = tokens.toOf(password - 1);
    if (password < end) {
      reading.passwordFrom = tokens.fromOf(password);
      reading.passwordTo = tokens.toOf(end - 1);
    }
    return reading;
  }

  get #address(): number {
    return this.#line.tokens.separatorBefore(this.#line.at + 1);
  }

  #write(layout: Layout): LineReading {
    const { tokens, at, strength, type } = this.#line;
    const reading = this.#spare ? resetReading(this.#spare) : newReading();
    this.#spare = null;
    reading.layout = layout;
    reading.isStrong = strength !== 'weak';
    reading.hostFrom = tokens.fromOf(at);
    reading.hostTo = tokens.toOf(at);
    reading.port = portOf(tokens, at + 1);
    if (type !== NO_WORDS) {
      const before = `type${separatorText(tokens.separatorBefore(1))}`;
      reading.beside = { ...NOTHING, words: type, before };
    }
    return reading;
  }

  /** Adds words from the token `first` on. */
  addWords(reading: LineReading, words: readonly Word[], first: number): void {
    if (words.length === 0) return;
    const separator = separatorText(this.#line.tokens.separatorBefore(first));
    const behind = words.map((word) => `${separator}${nameOfWord(word)}`).join('');
    reading.beside = { ...reading.beside, words: [...reading.beside.words, ...words], behind };
  }
}

/** Adds a name before a change-IP link. */
export function addName(reading: LineReading, name: string): LineReading {
  if (name !== '') reading.beside = { ...reading.beside, label: name, behind: `${reading.beside.behind}:name` };
  return reading;
}

/** Adds the text before an address. */
export function addBefore(reading: LineReading, said: Partial<Beside> & Pick<Beside, 'before'>): void {
  reading.beside = { ...reading.beside, ...said, before: `${reading.beside.before}${said.before}` };
}
