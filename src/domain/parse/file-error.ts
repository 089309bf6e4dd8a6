import { count } from '../counted.ts';

/** Reasons why a file cannot be read; stable, for programs. */
export type FileErrorCode =
  | 'bad_field'
  | 'bad_json'
  | 'binary'
  | 'doubtful_columns'
  | 'empty'
  | 'file_broken'
  | 'file_too_large'
  | 'list_of_mappings'
  | 'list_of_proxies'
  | 'newer_export'
  | 'no_host_column'
  | 'no_mapping_header'
  | 'no_rows'
  | 'no_username_column'
  | 'not_a_list'
  | 'too_many_rows'
  | 'truncated';

/** A file that cannot be read. The message quotes nothing of the file. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param limit maximum number of rows of a file */
export function tooManyRows(limit: number): FileError {
  return new FileError('too_many_rows', `The file has more than ${count(limit)} rows, which is the limit.`);
}
