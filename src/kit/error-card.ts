import { card, text } from './parts.ts';
import { escapeText, truncate } from './text.ts';
import type { View } from './view.ts';

const LONGEST = 1500;

/** An error and the next step. Errors are plain text and may quote user input, so both are escaped here. */
export function errorCard(error: { code?: string; message: string; hint: string | undefined }): View {
  const shown = (sentence: string) => escapeText(truncate(sentence, LONGEST));
  // That nothing remains to be done is good news, or none.
  const tone = error.code === 'nothing_to_do' ? 'neutral' : 'danger';
  return { components: [card(tone, text(`**${shown(error.message)}**`, error.hint && shown(error.hint)))] };
}
