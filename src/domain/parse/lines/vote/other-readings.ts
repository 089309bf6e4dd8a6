import { Refusal } from '../../fields/refusal.ts';
import { type Beside, type LineReading, NOTHING, TWO_LABELS } from '../../forms/reading.ts';
import { nameOfWord, type Word } from '../../forms/words.ts';
import { NO_SEPARATOR, SEPARATOR_KINDS, separatorText } from '../separators.ts';

/** The kind of the end of a password: part of it, words with a meaning, or a name. */
type Tail = 'password' | 'words' | 'name';
export type Tails = readonly [Tail, Tail?];

export const SENTENCE = new Refusal('It may be text rather than a proxy: write it as host:port.');

/** The same line as an address with words behind it. */
export function withoutLogin(reading: LineReading, words: readonly Word[]): LineReading {
  const behind = words.map((word) => `${separatorText(reading.layout.middle)}${nameOfWord(word)}`).join('');
  return {
    ...reading,
    layout: reading.layout.alone,
    userFrom: -1,
    userTo: -1,
    passwordFrom: -1,
    passwordTo: -1,
    beside: {
      ...reading.beside,
      words: [...reading.beside.words, ...words],
      behind: words.length > 0 ? behind : `${separatorText(reading.layout.middle)}text${reading.beside.behind}`,
    },
    open: null,
  };
}

/** The same line as text, with an address in it or behind it. */
export function asText(reading: LineReading, refusal: Refusal): LineReading {
  const { layout, beside } = reading;
  const before = `${beside.before}text${separatorText(layout.middle) || ' '}`;
  return { ...withoutLogin(reading, []), beside: { ...beside, before }, refusal };
}

/** The readings of a line by what the end of its password may be. */
export function cutPasswords(reading: LineReading, [tail, other]: Tails, text: string): LineReading[] {
  if (!other) return [cutPassword(reading, tail, text)];
  return [cutPassword({ ...reading }, tail, text), cutPassword({ ...reading }, other, text)];
}

/** Takes what is not part of the password off its end. */
function cutPassword(reading: LineReading, tail: Tail, text: string): LineReading {
  const { open, beside } = reading;
  if (!open || tail === 'password') return reading;
  if (tail === 'words') {
    const tailBeside = besideOf(open.tailWords as readonly Word[], open.tailKind);
    reading.passwordTo = open.tailFrom;
    reading.beside = beside === NOTHING ? tailBeside : { ...beside, ...joined(tailBeside, beside) };
    return reading;
  }
  const [from, textFrom] = open.hasBlank ? [open.tailFrom, open.tailTextFrom] : [open.lastFrom, open.lastTextFrom];
  const label = text.slice(textFrom, reading.passwordTo).trim();
  if (beside.label !== '' && beside.label !== label) reading.refusal = TWO_LABELS;
  reading.passwordTo = from;
  reading.beside = { ...beside, label, behind: `:name${beside.behind}` };
  return reading;
}

/**
 * The readings of a password with a separator behind it, where not every line has one: with it and without it. No password contains a
 * blank, so from one on the separators are noise.
 */
export function withEnd(reading: LineReading, text: string, to: number): LineReading[] {
  const { open, beside } = reading;
  const from = open?.endFrom ?? to;
  const blank = text.slice(from, to).search(/[ \t]/);
  if (blank === 0) return [reading];
  const end = separatorText(open?.endKind ?? NO_SEPARATOR);
  const without = { ...reading, beside: { ...beside, behind: `${end}${beside.behind}` } };
  return [{ ...reading, passwordTo: blank === -1 ? to : from + blank }, without];
}

const BESIDES = Array.from({ length: SEPARATOR_KINDS }, () => new WeakMap<readonly Word[], Beside>());

/** Words behind a password as a part beside credentials; the many lines with the same country share one object. */
function besideOf(words: readonly Word[], separator: number): Beside {
  const known = BESIDES[separator]?.get(words);
  if (known) return known;
  const behind = words.map((word) => `${separatorText(separator)}${nameOfWord(word)}`).join('');
  const beside = { ...NOTHING, words, behind };
  BESIDES[separator]?.set(words, beside);
  return beside;
}

function joined(tail: Beside, beside: Beside): Pick<Beside, 'words' | 'behind'> {
  return { words: [...beside.words, ...tail.words], behind: `${tail.behind}${beside.behind}` };
}
