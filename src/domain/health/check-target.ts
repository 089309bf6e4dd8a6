/** Where checks go, and what a right answer looks like. */
export interface CheckTarget {
  /** Without its fragment. */
  url: URL;
  /** The body is an IP address, or JSON with one in the field `ip`; JSON with one in the field that is named; or text that the pattern matches. */
  expect: { kind: 'ip' } | { kind: 'json'; field: string } | { kind: 'match'; pattern: RegExp };
}

/**
 * One entry of `CHECK_URLS`: an https address, alone or with `#json=field` (dots lead into objects) or `#match=pattern` (a regular
 * expression, whose group `ip`, if there is one, is the exit IP).
 *
 * @throws Error whose message ends the sentence "… of CHECK_URLS".
 */
export function parseTarget(entry: string): CheckTarget {
  const url = URL.parse(entry);
  if (url?.protocol !== 'https:') throw new Error(`must contain only https:// URLs: ${entry.slice(0, 80)}`);
  if (url.username || url.password) throw new Error(`must not contain credentials: ${url.host}`);
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
      throw new Error(`contains an invalid regular expression: ${host}#match=…`);
    }
  }
  throw new Error(`accepts only json=field or match=pattern after #: ${host}`);
}
