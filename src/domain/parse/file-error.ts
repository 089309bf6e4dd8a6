/** A file that cannot be read at all. The message is a plain sentence and repeats nothing of the file. */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** Stable, for programs: `empty`, `binary`, `truncated`, `no_rows`, `bad_json`, `not_a_list`, `no_host_column`, `no_username_column`, `newer_export`, `too_many_rows`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param limit rows that one file may have */
export function tooManyRows(limit: number): FileError {
  return new FileError(
    'too_many_rows',
    `The file has more than ${limit.toLocaleString('en')} rows, which is the limit.`,
  );
}
