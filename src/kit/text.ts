import type { Level } from './level.ts';

export { count, milliseconds, plural } from '../domain/counted.ts';

/** Line breaks and tabs: user input is shown on one line. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * Characters that are invisible or change how their neighbors are shown: control and zero-width characters, direction marks and
 * overrides, hidden tags. No host or label needs them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** More marks on one letter than any script uses; they would overlap the lines above. */
const STACKED_MARKS = /(\p{Mn}{4})\p{Mn}+/gu;

/** Letters of scripts that run from right to left (Unicode, Bidi_Class R and AL). */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Printable ASCII: one column per character, so that nearly every text need not be segmented, which is slow. */
const SIMPLE = /^[ -~]*$/;

/** Whether a text has only printable ASCII characters. */
export function isSimple(text: string): boolean {
  return SIMPLE.test(text);
}

/** User input on one line, without invisible characters. For places without markdown, such as options of a select menu. */
export function plain(text: string): string {
  if (isSimple(text)) return text;
  return text.toWellFormed().replace(BREAKS, ' ').replace(UNSEEN, '').replace(STACKED_MARKS, '$1');
}

/** Keeps right-to-left text from reordering the numbers and signs next to it (Unicode isolates, UAX #9). */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * Discord's markup: emphasis, code, spoilers, links, mentions, emoji, timestamps, and at the start of a line headings, small print,
 * lists and quotes. A number sign before a digit, a hyphen within a word and the colon of an address are never markup.
 */
const ACTIVE = /[\\*_~`|<>[\]()@]|#(?!\d)|(?<!\w)-|-(?!\w)|:(?!\s|$|\d+(?![\w:+-]))/g;
const LISTED = /^(\s*\d*)([+.])(?=\s|$)/;

/** User input shown literally: no markdown, mention, link, emoji name or line break takes effect. */
export function escapeText(text: string): string {
  return isolate(plain(text).replace(ACTIVE, '\\$&').replace(LISTED, '$1\\$2'));
}

/** User input in an inline code span. A backtick would end the span, so a similar character replaces it. */
export function code(text: string): string {
  return isolate(`\`${plain(text).replaceAll('`', 'ˋ') || ' '}\``);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The user-perceived characters of a text. */
export function* graphemes(text: string): Generator<string> {
  if (isSimple(text)) yield* text;
  else for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * Truncates to at most `length` UTF-16 units (Discord never counts more), with an ellipsis if something is omitted. A character with
 * its marks stays whole. Truncate before escaping, so that no escape is split.
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

/** The session in the username of a gateway, by which its proxies differ: `customer-ann-sessid-1017-country-de`. */
const SESSION = /(?:^|[-_.:;])(?:session|sess|sid)(?:id)?[-_.:=]?(?<session>[a-z0-9]+)/i;
/** Usernames that begin alike differ at the end; at most this much of it is shown, and of a short one less. */
const LONGEST_END = 4;
const END_SHARE = 5;
const SHORTEST_WITH_END = 8;

/** A username that everyone may see: enough to tell it from others, not enough to use it. */
export function mask(username: string): string {
  if (username === '') return '';
  const shown = username.length > 4 ? 2 : username.length > 1 ? 1 : 0;
  return `${[...graphemes(username)].slice(0, shown).join('')}•••${maskedEnd(username)}`;
}

/** The end of the session or else of the whole username, if it has letters and digits only: `1017`. */
function maskedEnd(username: string): string {
  if (username.length < SHORTEST_WITH_END) return '';
  const session = SESSION.exec(username)?.groups?.session ?? username;
  const end = session.slice(-Math.min(LONGEST_END, Math.floor(username.length / END_SHARE)));
  if (!/^[a-z0-9]+$/i.test(end)) return '';
  return username.endsWith(session) ? end : `${end}•••`;
}

/** A username as the caller may see it: masked for viewers. */
export function nameFor(level: Level, name: string): string {
  return level === 'viewer' ? mask(name) : name;
}

const COST = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1,250.00 USD` */
export const formatCost = (amount: number, currency: string): string => `${COST.format(amount)} ${currency}`;

/** Shown by Discord relative to the reader's clock: "3 minutes ago". */
export function formatRelativeTime(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:R>`;
}

/** Shown by Discord as time of day in the reader's time zone. */
export function formatTime(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:t>`;
}

/** Shown by Discord as date and time in the reader's time zone. */
export function formatDate(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:f>`;
}

/** The line below figures that may lack the latest changes. */
export function countedNote({ countedAt }: { countedAt: Date | null }): string | null {
  return countedAt && `-# Counted ${formatRelativeTime(countedAt)}`;
}

/** A person as a mention (which does not ping), a program by its name. */
export function formatActor(actorId: string): string {
  const [kind, id = ''] = actorId.split(':');
  return kind === 'discord' ? `<@${id}>` : escapeText(actorId);
}

/** The line that explains why a click had no effect, shown above the new preview. */
export function noticeLine(notice: string | undefined): string | undefined {
  return notice && `⚠️ **${notice}**`;
}
