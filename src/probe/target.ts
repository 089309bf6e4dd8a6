/** Where checks go, and what a right answer looks like. */
export interface CheckTarget {
  url: URL;
  /** The body is an IP address or JSON with a field `ip`; JSON with the field that is named; or text that the pattern matches. */
  expect: { kind: 'ip' } | { kind: 'json'; field: string } | { kind: 'match'; pattern: RegExp };
}
