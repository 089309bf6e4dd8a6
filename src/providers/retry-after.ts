/**
 * The wait in seconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3): a number of seconds, or a date.
 *
 * @returns null for a header that is absent or cannot be read
 */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}
