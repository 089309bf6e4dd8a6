/** Text as `LIKE` takes it to the letter. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** `LIKE` pattern for text that stands anywhere. */
export function anywhere(text: string): string {
  return `%${escapeLike(text)}%`;
}
