import type { CheckOutcome } from '../domain/health/outcome.ts';
import { formatQuad, formatV6, parseQuad, parseV6 } from '../domain/parse/fields/ip-address.ts';

/** Where checks go, and what a right answer looks like. */
export interface CheckTarget {
  /** Without its fragment. */
  url: URL;
  /** The body is an IP address, or JSON with one in the field `ip`; JSON with one in the field that is named; or text that the pattern matches. */
  expect: { kind: 'ip' } | { kind: 'json'; field: string } | { kind: 'match'; pattern: RegExp };
}

export interface Verdict {
  outcome: CheckOutcome;
  detail: string;
  exitIp: string | null;
}

/** Of a body that is longer nothing is expected. */
export const MAX_BODY_BYTES = 64 * 1024;

const BLOCKED = new Set([401, 403, 429]);

/**
 * One entry of `CHECK_URLS`: an https address, alone or with `#json=field` (dots lead into objects) or `#match=pattern` (a regular
 * expression, whose group `ip`, if there is one, is the exit IP).
 *
 * @throws Error whose message ends the sentence "… of CHECK_URLS".
 */
export function parseTarget(entry: string): CheckTarget {
  const url = URL.parse(entry);
  if (url?.protocol !== 'https:') throw new Error(`has an entry that is no https:// address: ${entry.slice(0, 80)}`);
  if (url.username || url.password) throw new Error(`has an entry with credentials: ${url.host}`);
  const fragment = decodeURIComponent(url.hash.slice(1));
  url.hash = '';
  return { url, expect: parseExpectation(fragment, url.host) };
}

function parseExpectation(fragment: string, host: string): CheckTarget['expect'] {
  if (fragment === '') return { kind: 'ip' };
  const [, kind, value] = /^(json|match)=(.+)$/s.exec(fragment) ?? [];
  if (kind === 'json' && value) return { kind, field: value };
  if (kind === 'match' && value) {
    try {
      return { kind, pattern: new RegExp(value) };
    } catch {
      throw new Error(`has a pattern that is no regular expression: ${host}#match=…`);
    }
  }
  throw new Error(`expects after # either json=field or match=pattern: ${host}`);
}

/** Judges a status that decides without a body; null where the body is to be read. */
export function judgeStatus(status: number): Verdict | null {
  if (status >= 200 && status < 300) return null;
  if (BLOCKED.has(status)) {
    return { outcome: 'target_blocked', detail: `The target refuses this exit IP (${status}).`, exitIp: null };
  }
  return { outcome: 'inconclusive', detail: `The target answered ${status}.`, exitIp: null };
}

/** Judges the whole body of a 2xx answer against what the target is to answer. */
export function judgeBody(expect: CheckTarget['expect'], body: Buffer): Verdict {
  const text = body.toString('utf8').trim();
  if (expect.kind === 'match') {
    const match = expect.pattern.exec(text);
    return match ? right(canonicalIp(match.groups?.ip ?? '')) : wrong();
  }
  const field = expect.kind === 'json' ? expect.field : 'ip';
  const exitIp = expect.kind === 'json' || text.startsWith('{') ? ipInJson(text, field) : canonicalIp(text);
  return exitIp === null ? wrong() : right(exitIp);
}

/** What came in a 2xx answer is not what the target answers. */
export function wrong(): Verdict {
  return { outcome: 'captive', detail: 'The answer is not what the target answers.', exitIp: null };
}

function right(exitIp: string | null): Verdict {
  return { outcome: 'ok', detail: 'The target answered as it should.', exitIp };
}

function ipInJson(text: string, field: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' ? canonicalIp(value.trim()) : null;
}

function canonicalIp(text: string): string | null {
  const quad = parseQuad(text);
  if (quad >= 0) return formatQuad(quad);
  const groups = parseV6(text);
  return groups && formatV6(groups);
}
