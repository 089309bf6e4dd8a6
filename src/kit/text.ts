import type { Level } from './level.ts';

export { count, plural } from '../domain/counted.ts';

/** Line ends and tabs: what people typed is shown on one line. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * What cannot be seen, or changes how its neighbours are shown: control and zero-width characters, direction marks and overrides,
 * hidden tags. A host or a label needs none of them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Marks stacked on one letter beyond what any script writes would climb over the lines above. */
const STACKED_MARKS = /(\p{Mn}{4})\p{Mn}+/gu;

/** Letters of scripts that run from right to left (Unicode, Bidi_Class R and AL). */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Nearly every text is of these alone: each is one character, one column wide, and can be seen. Segmenting them is slow for nothing. */
const SIMPLE = /^[ -~]*$/;

/** Whether a text has only printable ASCII characters. */
export function isSimple(text: string): boolean {
  return SIMPLE.test(text);
}

/** One line of what people typed, without what cannot be seen. For places that know no markdown, such as a menu's options. */
export function plain(text: string): string {
  if (isSimple(text)) return text;
  return text.toWellFormed().replace(BREAKS, ' ').replace(UNSEEN, '').replace(STACKED_MARKS, '$1');
}

/** Keeps right-to-left text from turning the numbers and signs beside it around (Unicode isolates, UAX #9). */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * What means something to Discord somewhere: emphasis, code, spoilers, links, mentions, emoji, timestamps, and at the start of a line headings,
 * small print, lists and quotes. A number sign before a digit, a hyphen within a word and the colon of an address never do.
 */
const ACTIVE = /[\\*_~`|<>[\]()@]|#(?!\d)|(?<!\w)-|-(?!\w)|:(?!\s|$|\d+(?![\d:]))/g;
const LISTED = /^(\s*\d*)([+.])(?=\s|$)/;

/** What people typed, shown as text: no markdown, no mention, no link, no emoji by name, no second line. */
export function escapeText(text: string): string {
  return isolate(plain(text).replace(ACTIVE, '\\$&').replace(LISTED, '$1\\$2'));
}

/** The same within an inline code span. A backtick would end the span, so it is shown as its look-alike. */
export function code(text: string): string {
  return isolate(`\`${plain(text).replaceAll('`', 'ˋ') || ' '}\``);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What people count as the characters of a text, one by one. */
export function* graphemes(text: string): Generator<string> {
  if (isSimple(text)) yield* text;
  else for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * At most `length` UTF-16 units, which is never more than Discord counts, with an ellipsis where something is left out. A character
 * with its marks stays whole. Cut before escaping: an escape that is cut in two is none.
 */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (const grapheme of graphemes(text)) {
    if (end + grapheme.length > length - 1) break;
    end += grapheme.length;
  }
  return `${text.slice(0, end)}…`;
}

/** A username as everybody may see it: enough to recognise it, not enough to use it. */
export function mask(username: string): string {
  if (username === '') return '';
  const shown = username.length > 4 ? 2 : username.length > 1 ? 1 : 0;
  return `${[...graphemes(username)].slice(0, shown).join('')}•••`;
}

/** A name as the one who asked may see it: viewers see names masked. */
export function nameFor(level: Level, name: string): string {
  return level === 'viewer' ? mask(name) : name;
}

/** A moment that Discord shows in the reader's own time, as "3 minutes ago". */
export function formatRelativeTime(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:R>`;
}

/** A moment as date and time of the reader. */
export function formatDate(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:f>`;
}

/** Who did something: a person by a mention that pings nobody, a program by its name. */
export function formatActor(actorId: string): string {
  const [kind, id = ''] = actorId.split(':');
  return kind === 'discord' ? `<@${id}>` : escapeText(actorId);
}

export { formatAddress as address } from '../domain/proxies/address.ts';

/** Why a click has done nothing, above what it would do now. */
export function noticeLine(notice: string | undefined): string | undefined {
  return notice && `⚠️ **${notice}**`;
}
