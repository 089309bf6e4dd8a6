import { card, text } from './parts.ts';
import { escapeText, truncate } from './text.ts';
import type { View } from './view.ts';

const LONGEST = 1500;

/** What went wrong, and the next step. Errors are plain text and may quote what people typed, so all of it is escaped here. */
export function errorCard(error: { message: string; hint: string | undefined }): View {
  const say = (sentence: string) => escapeText(truncate(sentence, LONGEST));
  return { components: [card('danger', text(`**${say(error.message)}**`, error.hint && say(error.hint)))] };
}
