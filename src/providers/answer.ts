import type { ZodType } from 'zod';
import { SourceError } from '../domain/sources/source-error.ts';

/**
 * Checks that an answer has what is read of it; whatever else it has is left alone.
 *
 * @throws SourceError that names what is missing, and none of the values
 */
export function readAnswer<T>(host: string, schema: ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const path = read.error.issues[0]?.path ?? [];
  const isMissing = valueAt(answer, path) === undefined;
  const what = `${nameOf(path)} ${isMissing ? 'is missing' : 'is not what it was'}`;
  throw new SourceError('format_changed', `The provider’s answer has changed: ${what} (${host}).`);
}

function valueAt(answer: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    answer,
  );
}

/** `results[].port`. */
function nameOf(path: readonly PropertyKey[]): string {
  const name = path.map((key) => (typeof key === 'number' ? '[]' : `.${String(key)}`)).join('');
  return name.replace(/^\./, '') || 'the list';
}
