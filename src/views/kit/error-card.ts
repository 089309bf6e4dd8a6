import { card, text } from './parts.ts';
import { cut } from './text.ts';
import type { View } from './view.ts';

const LONGEST = 1500;

/** What went wrong, and the next step. Messages are our own words; whatever they quote is escaped by whoever quotes it. */
export function errorCard(error: { message: string; hint: string | undefined }): View {
  return {
    components: [card('bad', text(`**${cut(error.message, LONGEST)}**`, error.hint && cut(error.hint, LONGEST)))],
  };
}
