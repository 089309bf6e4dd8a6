import { nameKey } from '../../names.ts';
import { FileError } from '../../parse/file-error.ts';

/** Fewer lines prove nothing. */
const MIN_LINES = 3;
/** A letter, a digit and a sign that names have none of. */
const PASSWORD = /^(?=\S*\p{L})(?=\S*\d)(?=\S*[!#$%&*+=?@^~])\S{6,}$/u;
/** One word of letters and digits, as names of models may be too, but not each with another one. */
const MIXED_WORD = /^(?=\S*\p{L})(?=\S*\d)\S{6,}$/u;

/** Whether a value is a password rather than the name of a model. */
export function isPassword(value: string): boolean {
  return PASSWORD.test(value);
}

/**
 * Checks the columns of a list without a header, which are read in a fixed order: username, model, and so on.
 *
 * @param defaultModel that the import names for lines without one
 * @throws FileError if the first column numbers the lines, or if the second one cannot be the model
 */
export function refuseColumns(lines: Iterable<readonly string[]>, defaultModel: string | undefined): void {
  let count = 0;
  let numbered = 0;
  let other = 0;
  let mixed = 0;
  const models = new Set<string>();
  const defaultKey = nameKey(defaultModel ?? '');
  for (const [first, second = ''] of lines) {
    count++;
    if (second === '') continue;
    if (first === String(count)) numbered++;
    if (nameKey(second) !== defaultKey) other++;
    if (MIXED_WORD.test(second)) mixed++;
    models.add(second);
  }
  const doubt = doubtOf({ count, numbered, other, isModelGiven: defaultKey !== '' });
  const isSecret = count >= MIN_LINES && mixed === count && models.size === count;
  if (doubt || isSecret) throw new FileError('doubtful_columns', doubt ?? ARE_PASSWORDS);
}

const ARE_PASSWORDS = 'The second value of each line may be a password: remove it, or add a header row.';

function doubtOf(found: { count: number; numbered: number; other: number; isModelGiven: boolean }): string | undefined {
  const { count, numbered, other, isModelGiven } = found;
  if (count > 1 && numbered === count) {
    return 'The first value of each line is its number: remove it, or add a header row.';
  }
  if (isModelGiven && count > 0 && other === count) {
    return 'Each line has a second value, which would be its model, and the option “model” names another one. Clear the option, or add a header row.';
  }
  return undefined;
}
