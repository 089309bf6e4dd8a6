import type { Level } from '../../kit/level.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { mask, plain, truncate } from '../../kit/text.ts';

interface NamedAccount {
  id: number;
  username: string;
  model: string;
}

const BETWEEN = ' · ';
const NUMBERED = /^#\d+(?= · )/;
const NUMBERED_ENTITY = /^account #\d+(?= · )/;

/**
 * An account as an autocomplete choice: `ann · Amber`, or with its number where the username is masked or too long to be told from
 * others. The value is the number, so that a viewer never receives the name.
 */
export function accountChoice({ id, username, model }: NamedAccount, level: Level): { name: string; value: string } {
  const name = plain(`${username}${BETWEEN}${model}`);
  const isWhole = level !== 'viewer' && name.length <= LIMITS.choice;
  const shown = level === 'viewer' ? `${mask(username)}${BETWEEN}${model}` : name;
  return { name: isWhole ? name : truncate(plain(`#${id}${BETWEEN}${shown}`), LIMITS.choice), value: `#${id}` };
}

/** The value of a shown choice: the username, or `#` and the number of its account. A username has no blanks. */
export function readAccountChoice(text: string): string {
  return NUMBERED.exec(text)?.[0] ?? text.split(BETWEEN, 1)[0] ?? text;
}

/** An account as one of the entities of the audit log: `account ann`. */
export function accountEntityChoice({ id, username }: NamedAccount): { name: string; value: string } {
  const name = plain(`account ${username}`);
  const numbered = `account #${id}`;
  return {
    name: name.length <= LIMITS.choice ? name : truncate(`${numbered}${BETWEEN}${plain(username)}`, LIMITS.choice),
    value: numbered,
  };
}

export function readAccountEntityChoice(text: string): string {
  return NUMBERED_ENTITY.exec(text)?.[0] ?? text;
}
