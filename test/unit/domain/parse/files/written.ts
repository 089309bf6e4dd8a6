import { isNone } from '../../../../../src/domain/parse/fields/details.ts';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type { ParsedFile, ParsedRow, ParseOptions, RejectedRow } from '../../../../../src/domain/parse/parsed-file.ts';
import { read } from '../read.ts';

/** All that was read of a file, with a line for each fact. */
export function readToLines(text: string, options: Partial<ParseOptions>): string[] {
  try {
    return fileToLines(read(text, options));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [`error ${error.code}: ${error.message}`];
  }
}

function fileToLines({ kind, encoding, rows, rejected, choice, ...file }: ParsedFile): string[] {
  return [
    `${kind} in ${encoding}`,
    ...rows.map(rowToLine),
    ...rejected.map(rejectionToLine),
    ...(choice ? [`asked: ${JSON.stringify(choice)}`] : []),
    ...file.forms.map(({ form, lines: { both, first, second } }, at) => {
      const readings = first + second === 0 ? '' : ` +${first}/${second}`;
      return `form ${form}: ${both}${readings}, first in line ${file.firstOfForms[at]}`;
    }),
    ...(file.firstOfForms.length === file.forms.length ? [] : [`first lines: ${file.firstOfForms.join()}`]),
    ...file.unknownColumns.map((name) => `left out: ${JSON.stringify(name)}`),
    ...file.lostColumns.map(({ name, used }) => `left out: ${JSON.stringify(name)}, used: ${JSON.stringify(used)}`),
  ];
}

function rowToLine(row: ParsedRow): string {
  const { type, host, port, ...others } = row.fields;
  const said = Object.entries(others).filter(([, value]) => !isNone(value));
  return [placeOf(row), type, host, port, ...said.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(' ');
}

const rejectionToLine = (row: RejectedRow) => `${placeOf(row)} rejected: ${row.reason} ${JSON.stringify(row.text)}`;

const placeOf = ({ line, reading }: ParsedRow | RejectedRow) => (reading === 'both' ? `${line}` : `${line} ${reading}`);
