import type { LineReading } from '../forms/reading.ts';

/** Stands for what is not shown, however long it is. */
export const HIDDEN = '•••';
const MAX_CHARS = 200;
/** The visible rest of a line that is not understood: the marks between its parts. */
const PARTS = /[^\s:;,|@/[\](){}<>\x7f]+/g;

/** A line as one reading has it: host and port, everything else hidden; a host that may as well be a word is hidden too. */
export function maskReading(text: string, reading: LineReading): string {
  return writeMasked(text, reading, String(reading.port));
}

/**
 * The same with the port hidden too. Of a line with two readings it is shown: what is the port in one of them may be the
 * password in the other.
 */
export function maskOpenReading(text: string, reading: LineReading): string {
  return writeMasked(text, reading, HIDDEN);
}

function writeMasked(text: string, reading: LineReading, port: string): string {
  const host = reading.isStrong ? text.slice(reading.hostFrom, reading.hostTo) : HIDDEN;
  return cutMasked(reading.layout.write({ host, port, user: HIDDEN, password: HIDDEN }));
}

/** Words of headings and sentences. None of them is used as a password, and they are shown only between blanks. */
const PLAIN_WORDS = new Set(
  (
    'a an and are at by for from in is it list lists my of on or order page port premium proxies proxy provider renew server servers ' +
    'subscription support the this to type until updated valid with your http https ssl socks socks4 socks5 host ip address country ' +
    'city contact datacenter dedicated expires ipv4 ipv6 location mobile new our plan please residential rotating static total traffic website'
  ).split(' '),
);
const BLANKS = ' \t';

/** A name under a common top-level domain, in lower case: a shape that passwords do not have. */
const DOMAIN =
  /^[a-z0-9-]+(?:\.[a-z0-9-]+){0,8}\.(?:com|net|org|io|co|me|pro|dev|app|info|biz|xyz|online|cloud|host|example)$/;

/** An IPv4 address, also one with a number over 255, which is then the reason why the line is rejected. */
const QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * A line that is not understood: its marks, IP addresses with their ports, domain names, and plain words between blanks. Everything
 * else may be a secret and is hidden.
 */
export function maskUnread(text: string): string {
  const shown = text.slice(0, MAX_CHARS * 2);
  // A number before the first address may be a username, and is hidden.
  let addressEnd = Number.NaN;
  const masked = shown.replace(PARTS, (part, from: number) => {
    const isPort = from === addressEnd + 1 && shown.charAt(addressEnd) !== '@' && isPortText(part);
    if (QUAD.test(part)) addressEnd = from + part.length;
    const isWord = isPlainWord(part) && isBetweenBlanks(shown, from, part.length);
    const isShown = isPort || QUAD.test(part) || DOMAIN.test(part) || isWord;
    return isShown ? part : HIDDEN;
  });
  return cutMasked(masked.replaceAll('\x7f', ','));
}

function isPortText(part: string): boolean {
  return /^[1-9]\d{0,4}$/.test(part) && Number(part) <= 65_535;
}

function isPlainWord(part: string): boolean {
  return PLAIN_WORDS.has(part.toLowerCase());
}

/** Whether a word has a blank or an end of the line on both sides; a comma or a colon may be behind it. */
function isBetweenBlanks(text: string, from: number, length: number): boolean {
  const before = text.charAt(from - 1);
  const behind = text.slice(from + length, from + length + 2).replace(/^[:,.](?=\s|$)/, '');
  return (before === '' || BLANKS.includes(before)) && (behind === '' || BLANKS.includes(behind.charAt(0)));
}

/** Cuts what is already masked to the length that is shown. */
export function cutMasked(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}
