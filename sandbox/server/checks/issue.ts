/** An error in a payload: path, Discord's code and message. */
export interface Issue {
  path: (string | number)[];
  code: string;
  message: string;
}

export function issue(path: (string | number)[], code: string, message: string): Issue {
  return { path, code, message };
}

/** Prefixes the paths of issues that were found in a part of the payload. */
export function within(path: (string | number)[], issues: Issue[]): Issue[] {
  return issues.map((found) => ({ ...found, path: [...path, ...found.path] }));
}

export function tooLong(path: (string | number)[], most: number): Issue {
  return issue(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${most} or fewer in length.`);
}

export function required(path: (string | number)[]): Issue {
  return issue(path, 'BASE_TYPE_REQUIRED', 'This field is required');
}

export function notOneOf(path: (string | number)[], values: readonly unknown[]): Issue {
  return issue(path, 'BASE_TYPE_CHOICES', `Value must be one of (${values.join(', ')}).`);
}

/** `components[0].label: Must be 80 or fewer in length.` */
export function describeIssue({ path, message }: Issue): string {
  const where = path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text ? `${text}.${step}` : step;
  }, '');
  return where ? `${where}: ${message}` : message;
}

/** The values that occur more than once, each time after the first. */
export function repeated<T, K>(items: readonly T[], keyOf: (item: T) => K | undefined): T[] {
  const seen = new Set<K>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (key === undefined) return false;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}
