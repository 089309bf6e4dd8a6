import type { ResponseHead } from './http-message.ts';

/**
 * Header fields in which gateways explain a refusal, the most specific first: Oxylabs and others
 * (`X-Error-Description`), Bright Data (`x-brd-err-msg`, formerly `x-luminati-error`).
 */
const MESSAGE_FIELDS = ['x-error-description', 'x-brd-err-msg', 'x-luminati-error', 'x-error-message', 'x-error'];
/** Members of a JSON body with such an explanation. */
const MESSAGE_MEMBERS = ['message', 'error', 'detail', 'description'];

const MAX_MESSAGE = 120;
/** A shorter part of the credentials is a word or a number that any message may contain. */
const MIN_SECRET = 4;

/** Names of a plan or its balance, phrases for exhaustion, and both combined. */
const PLAN = '(?:traffic|bandwidth|balance|funds|credits?|quota|plan|package|subscription|usage|data limit|payment)';
const USED_UP =
  '(?:exceeded|reached|exhausted|expired|ended|insufficient|not enough|out of|used up|depleted|finished|overdue|suspended|required|top[ -]?up)';
const PLAN_NAMED = new RegExp(`\\b${PLAN}\\b`, 'i');
const USED_UP_NAMED = new RegExp(`\\b${USED_UP}\\b`, 'i');
const NOTHING_LEFT = new RegExp(`\\b(?:no|zero|empty|low) (?:more )?${PLAN}\\b`, 'i');
const NOT_RESOLVED =
  /\b(?:dns|resolve[ds]?|resolution|enotfound|nxdomain|unknown (?:host|domain)|(?:host|domain)(?: name)? (?:was )?not found|no such (?:host|domain))\b/i;

/** Whether a gateway says that the plan is used up or unpaid. */
export function saysUsedUp(message: string): boolean {
  return NOTHING_LEFT.test(message) || (PLAN_NAMED.test(message) && USED_UP_NAMED.test(message));
}

/** Whether a gateway says that it could not resolve the name of the target. */
export function saysNotResolved(message: string): boolean {
  return NOT_RESOLVED.test(message);
}

/**
 * The explanation of a gateway that refused a tunnel, on one short line: from a header field, from a body of plain text
 * or JSON, or from the reason phrase. Empty if there is none, or if it repeats a part of the credentials.
 */
export function gatewayMessage(head: ResponseHead, body: string, secrets: readonly string[]): string {
  const field = MESSAGE_FIELDS.map((name) => head.headers.get(name)).find(Boolean);
  const message = clean(field ?? messageIn(head.headers.get('content-type') ?? '', body) ?? head.reason);
  return secrets.some((secret) => repeats(message, secret)) ? '' : message;
}

function messageIn(contentType: string, body: string): string | undefined {
  if (/json/i.test(contentType)) return memberOf(body);
  return /^text\/plain/i.test(contentType) && body.trim() !== '' ? body : undefined;
}

function memberOf(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const members = new Map(Object.entries(parsed));
    return MESSAGE_MEMBERS.map((name) => members.get(name)).find((value) => typeof value === 'string');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A body that is truncated or malformed has no message.
    return undefined;
  }
}

function clean(message: string): string {
  const line = message.replace(/[\s\p{C}]+/gu, ' ').trim();
  if (line.includes('\ufffd') || line.startsWith('<')) return '';
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE).trimEnd()}…` : line;
}

function repeats(message: string, secret: string): boolean {
  return secret.length >= MIN_SECRET && message.toLowerCase().includes(secret.toLowerCase());
}
