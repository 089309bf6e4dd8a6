/**
 * Characters that change how others are shown: direction marks and overrides, zero-width ones, and the tags and variation selectors that hide
 * text. A host or a label needs none of them.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;

/** One line of what people typed, without what cannot be seen. */
function plain(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/g, ' ').replace(INVISIBLE, '');
}

/** What people typed, shown as text: no markdown, no mention, no link, no timestamp, no second line. */
export function escapeText(text: string): string {
  return plain(text)
    .replace(/[\\*_~`|>#<[\]()@:-]/g, '\\$&')
    .replace(/^(\s*\d+)\.(?=\s)/, '$1\\.');
}

/** The same within an inline code span. A backtick would end the span, so it is shown as its look-alike. */
export function code(text: string): string {
  return `\`${plain(text).replaceAll('`', 'ˋ') || ' '}\``;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `length` characters as people count them, with an ellipsis where something is left out. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const parts = [...segmenter.segment(text)];
  if (parts.length <= length) return text;
  return `${parts
    .slice(0, length - 1)
    .map((part) => part.segment)
    .join('')}…`;
}

/** A username as everybody may see it: enough to recognise it, not enough to use it. */
export function mask(username: string): string {
  return username === '' ? '' : `${cutPlain(username, username.length > 4 ? 2 : 1)}•••`;
}

function cutPlain(text: string, length: number): string {
  return [...segmenter.segment(text)]
    .slice(0, length)
    .map((part) => part.segment)
    .join('');
}

const grouped = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return grouped.format(value);
}

/** `1 proxy`, `1,234 proxies`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A moment that Discord shows in the reader's own time, as "3 minutes ago". */
export function ago(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:R>`;
}

/** A moment as date and time of the reader. */
export function on(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:f>`;
}

/** Who did something: a person by a mention that pings nobody, a program by its name. */
export function who(actorId: string): string {
  const [kind, id = ''] = actorId.split(':');
  return kind === 'discord' ? `<@${id}>` : escapeText(actorId);
}

/** An address, with an IPv6 host in brackets. */
export function address(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
