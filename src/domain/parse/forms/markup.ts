import { SEMICOLON } from '../lines/separators.ts';
import type { Tokens } from './tokens.ts';

/** The longest of the entities below, without its `;`. */
const MAX_ENTITY = 8;
const AMPERSAND = 38;
const ENTITY = /^&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5})$/i;

/** Whether a line holds an entity of HTML (`&nbsp;`, `&#58;`), as text has that was copied out of the source of a page. */
export function holdsEntity(tokens: Tokens): boolean {
  for (let index = 1; index < tokens.count; index++) {
    if (tokens.separatorBefore(index) === SEMICOLON && endsInEntity(tokens, index - 1)) return true;
  }
  return false;
}

function endsInEntity({ text, from, to }: Tokens, index: number): boolean {
  const end = to[index] as number;
  const limit = Math.max(from[index] as number, end - MAX_ENTITY);
  for (let at = end - 1; at >= limit; at--) {
    if (text.charCodeAt(at) === AMPERSAND) return ENTITY.test(text.slice(at, end));
  }
  return false;
}
