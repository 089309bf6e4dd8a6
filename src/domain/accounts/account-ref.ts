import { readAnyNumber, readMarkedNumber } from '../input/row-number.ts';
import { usernameKey } from '../names.ts';

/** The keys by which an account is found; with both, the text may be a number or a username. */
export interface AccountRef {
  id?: number | undefined;
  key?: string | undefined;
}

/** Parses the name of an account in options: its username, or `#` and its number. */
export function readAccountRef(text: string): AccountRef {
  return { id: readMarkedNumber(text.trim()), key: usernameKey(text) };
}

/** The same for programs, which may also use the number without `#`. `by` decides which of them is meant. */
export function readAccountPath(text: string, by?: 'id' | 'username'): AccountRef {
  const id = readAnyNumber(text.trim());
  const key = usernameKey(text);
  return by === 'id' ? { id } : by === 'username' ? { key } : { id, key };
}
