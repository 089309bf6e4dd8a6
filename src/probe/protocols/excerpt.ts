import { unescape as percentDecoded } from 'node:querystring';

const MAX_EXCERPT = 120;
/** Shorter parts of a link are words and numbers that any response may contain. */
const MIN_SECRET = 4;

/**
 * An excerpt of the response to a secret link, on one short line. Empty for HTML pages, for content that is not text,
 * and if it repeats a part of the link.
 */
export function excerptOf(body: Buffer, contentType: string, link: string): string {
  if (/html/i.test(contentType)) return '';
  const text = body
    .toString('utf8')
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  if (text.includes('\ufffd') || text.startsWith('<')) return '';
  const plain = percentDecoded(text).toLowerCase();
  if (secretParts(link).some((part) => plain.includes(part.toLowerCase()))) return '';
  return text.length > MAX_EXCERPT ? `${text.slice(0, MAX_EXCERPT).trimEnd()}…` : text;
}

function secretParts(link: string): string[] {
  const url = URL.parse(link);
  if (!url) return [link];
  const parts = [url.username, url.password, ...url.pathname.split('/'), ...url.searchParams.values()];
  const spellings = parts.flatMap((part) => [part, percentDecoded(part)]);
  return spellings.filter((part) => part.length >= MIN_SECRET);
}
