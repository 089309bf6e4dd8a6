import type { CheckTarget } from '../domain/health/check-target.ts';
import type { CheckOutcome } from '../domain/health/outcome.ts';
import { formatQuad, formatV6, parseQuad, parseV6 } from '../domain/parse/fields/ip-address.ts';

export interface Verdict {
  outcome: CheckOutcome;
  detail: string;
  exitIp: string | null;
}

/** A longer body is not accepted from a target. */
export const MAX_BODY_BYTES = 64 * 1024;

const BLOCKED = new Set([401, 403, 429]);

/** The verdict for a status that decides without a body; null if the body has to be read. */
export function judgeStatus(status: number): Verdict | null {
  if (status >= 200 && status < 300) return null;
  if (BLOCKED.has(status)) {
    return { outcome: 'target_blocked', detail: `The target refuses this exit IP (${status}).`, exitIp: null };
  }
  return { outcome: 'inconclusive', detail: `The target answered ${status}.`, exitIp: null };
}

/** Compares the whole body of a 2xx response with the target's expected response. */
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

/** The body of a 2xx response is not the expected one. */
export function wrong(): Verdict {
  return { outcome: 'captive_portal', detail: 'The answer is not what the target answers.', exitIp: null };
}

function right(exitIp: string | null): Verdict {
  return { outcome: 'ok', detail: 'The target answered as it should.', exitIp };
}

function ipInJson(text: string, field: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
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
