/** A target of checks and its expected response. */
export interface CheckTarget {
  /** Without the fragment. */
  url: URL;
  /**
   * The body is an IP address or JSON with one in the field `ip`; or JSON with one in the given field; or text that
   * matches the pattern.
   */
  expect: { kind: 'ip' } | { kind: 'json'; field: string } | { kind: 'match'; pattern: RegExp };
}

/** The host of a target as results name it: an IPv6 address has no brackets. */
export function hostOf({ url }: CheckTarget): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/**
 * Parses one entry of `CHECK_URLS`: an https URL, alone or with `#json=field` (dots separate nested fields) or
 * `#match=pattern` (a regular expression, whose group `ip`, if there is one, is the exit IP).
 *
 * @throws Error with a message that ends the sentence "… of CHECK_URLS".
 */
export function parseTarget(entry: string): CheckTarget {
  const url = URL.parse(entry);
  if (url?.protocol !== 'https:') throw new Error(`must contain only https:// URLs: ${entry.slice(0, 80)}`);
  if (url.username || url.password) throw new Error(`must not contain credentials: ${url.host}`);
  const fragment = decodeFragment(url);
  url.hash = '';
  return { url, expect: parseExpectation(fragment, url.host) };
}

function decodeFragment({ hash, host }: URL): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new Error(`must contain %25 for a percent sign after #: ${host}`);
  }
}

function parseExpectation(fragment: string, host: string): CheckTarget['expect'] {
  if (fragment === '') return { kind: 'ip' };
  const [, kind, value] = /^(json|match)=(.+)$/s.exec(fragment) ?? [];
  if (kind === 'json' && value) return { kind, field: value };
  if (kind === 'match' && value) {
    try {
      return { kind, pattern: new RegExp(value) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Error(`contains an invalid regular expression: ${host}#match=…`);
    }
  }
  throw new Error(`accepts only json=field or match=pattern after #: ${host}`);
}
