/** Text as `LIKE` takes it to the letter. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** `LIKE` pattern for text at any position. */
export function anywhere(text: string): string {
  return `%${escapeLike(text)}%`;
}
