import { card, text } from './parts.ts';
import { code, escapeText, truncate } from './text.ts';
import type { View } from './view.ts';

const LONGEST = 1500;
/** A command or an option in an error. */
const NAMED = /`([\w/ -]+)`/;

/** An error and the next step. Errors are plain text and may quote user input, so both are escaped here, except for names of commands. */
export function errorCard(error: { code?: string; message: string; hint: string | undefined }): View {
  const shown = (sentence: string) =>
    truncate(sentence, LONGEST)
      .split(NAMED)
      .map((part, at) => (at % 2 === 1 ? code(part) : escapeText(part)))
      .join('');
  // That nothing remains to be done is good news, or none.
  const tone = error.code === 'nothing_to_do' ? 'neutral' : 'danger';
  return { components: [card(tone, text(`**${shown(error.message)}**`, error.hint && shown(error.hint)))] };
}
