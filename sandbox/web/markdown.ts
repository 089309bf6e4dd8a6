import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Names } from './store.ts';

/** Rendered inline text; user input is never interpreted as HTML. */
type Part = string | TemplateResult;

const INLINE =
  /\\([^0-9A-Za-z\s])|`([^`\n]+)`|\*\*(.+?)\*\*|__(.+?)__|\*(.+?)\*|(?<!\w)_(.+?)_(?!\w)|~~(.+?)~~|\|\|(.+?)\|\||<@!?(\d+)>|<@&(\d+)>|<#(\d+)>|<\/([-\w]+(?: [-\w]+){0,2}):\d+>|<t:(\d+)(?::([tTdDfFR]))?>|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)|(https?:\/\/[^\s<>]+)/s;

/** Discord's markdown within a line. */
export function inline(text: string, names: Names): Part[] {
  const parts: Part[] = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    if (match.index > 0) parts.push(rest.slice(0, match.index));
    parts.push(inlinePart(match, names));
    rest = rest.slice(match.index + match[0].length);
  }
  parts.push(rest);
  return parts;
}

function inlinePart(match: RegExpExecArray, names: Names): Part {
  const [
    ,
    escaped,
    code,
    bold,
    underline,
    star,
    dash,
    struck,
    spoiler,
    user,
    role,
    channel,
    command,
    at,
    style,
    label,
    link,
    url,
  ] = match;
  const within = (text: string) => inline(text, names);
  if (escaped) return escaped;
  if (code) return html`<code>${code}</code>`;
  if (bold) return html`<strong>${within(bold)}</strong>`;
  if (underline) return html`<u>${within(underline)}</u>`;
  if (star ?? dash) return html`<em>${within(star ?? dash ?? '')}</em>`;
  if (struck) return html`<s>${within(struck)}</s>`;
  if (spoiler) return html`<span class="spoiler" tabindex="0">${within(spoiler)}</span>`;
  if (user) return html`<span class="mention">@${names.user(user)}</span>`;
  if (role) return html`<span class="mention">@${names.role(role)}</span>`;
  if (channel) return html`<span class="mention">#${names.channel(channel)}</span>`;
  if (command) {
    const open = () => names.openCommand(`/${command}`);
    return html`<button type="button" class="mention" @click=${open}>/${command}</button>`;
  }
  if (at) return timestamp(Number(at), style ?? 'f') ?? match[0];
  const href = link ?? url ?? '';
  return html`<a href=${href} target="_blank" rel="noreferrer noopener">${label ?? href}</a>`;
}

const FORMATS: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

/** Undefined for an invalid date, which is shown literally. */
function timestamp(seconds: number, style: string): TemplateResult | undefined {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const full = date.toLocaleString(undefined, FORMATS.F);
  const shown = style === 'R' ? relative(seconds) : date.toLocaleString(undefined, FORMATS[style]);
  return html`<time class="timestamp" datetime=${date.toISOString()} title=${full}>${shown}</time>`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function relative(seconds: number): string {
  const distance = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(distance) >= each) ?? ['second', 1];
  return relativeFormat.format(Math.trunc(distance / size), unit);
}

/** Discord's markdown over several lines: code blocks, headings, small print, lists, quotes. */
export function markdown(text: string, names: Names): TemplateResult {
  const pieces = text.split(/```(?:[a-z]+\n)?\n?([\s\S]*?)\n?```/g);
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<pre><code>${piece}</code></pre>` : lines(piece, names)))}`;
}

function lines(text: string, names: Names): (TemplateResult | typeof nothing)[] {
  const trimmed = text.replace(/^\n|\n$/g, '');
  return trimmed === '' ? [nothing] : trimmed.split('\n').map((line) => lineOf(line, names));
}

function lineOf(line: string, names: Names): TemplateResult {
  const [, heading, small, bullet, number, quote, rest = ''] =
    /^(?:(#{1,3}) |(-#) |([-*]) |(\d+\.) |(>) )?(.*)$/s.exec(line) ?? [];
  const content = inline(rest, names);
  if (heading) return html`<div class="h${heading.length}" role="heading" aria-level="2">${content}</div>`;
  if (small) return html`<div class="small">${content}</div>`;
  if (bullet) return html`<div class="item"><span aria-hidden="true">•</span><span>${content}</span></div>`;
  if (number) return html`<div class="item"><span>${number}</span><span>${content}</span></div>`;
  if (quote) return html`<blockquote>${content}</blockquote>`;
  return html`<div class="line">${content}</div>`;
}
