import { NO_DETAILS } from '../../../../../src/domain/parse/fields/details.ts';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type {
  FormCount,
  ParsedFile,
  ParsedRow,
  ParseOptions,
  Reading,
} from '../../../../../src/domain/parse/parsed-file.ts';
import { read } from '../read.ts';

/** Everything that is read of a text, one fact a line, with nothing left out. */
export function written(text: string, options: Partial<ParseOptions>): string {
  try {
    return factsOf(read(text, options)).join('\n');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `error ${error.code}: ${error.message}`;
  }
}

function factsOf({ kind, encoding, rows, rejected, choice, forms, firstOfForms, ...names }: ParsedFile): string[] {
  return [
    ...(kind === 'lines' ? [] : [`is ${kind}`]),
    ...(encoding === 'utf-8' ? [] : [`in ${encoding}`]),
    ...rows.map(rowText),
    ...rejected.map(
      ({ line, reading, reason, text }) => `${placeText(line, reading)} rejected: ${reason} ${shown(text)}`,
    ),
    ...forms.map((form, index) => formText(form, firstOfForms[index] ?? 0)),
    ...(choice === null ? [] : [`asks of ${choice.lines}, ${choice.taken} taken`]),
    ...(['first', 'second'] as const).flatMap((each) =>
      choice === null ? [] : [`  ${each}: ${shown(choice[each].form)} ${shown(choice[each].example)}`],
    ),
    ...names.unknownColumns.map((name) => `leaves out ${shown(name)}`),
    ...names.lostColumns.map(({ name, used }) => `leaves out ${shown(name)} for ${shown(used)}`),
  ];
}

function rowText({ line, reading, fields }: ParsedRow): string {
  const { host, port, type, ...others } = fields;
  const none: Record<string, unknown> = { ...NO_DETAILS, username: null, password: null };
  const said = Object.entries(others).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(none[key]));
  return [
    placeText(line, reading),
    type,
    host,
    port,
    ...said.map(([key, value]) => `${key}=${JSON.stringify(value)}`),
  ].join(' ');
}

const placeText = (line: number, reading: Reading) => (reading === 'both' ? `${line}` : `${line} ${reading}`);

function formText({ form, lines }: FormCount, firstLine: number): string {
  const counts = Object.entries(lines).filter(([, count]) => count > 0);
  const said = counts.map(([reading, count]) => (reading === 'both' ? `${count}` : `${count} ${reading}`));
  return `${said.join(', ')} × ${shown(form)} from ${firstLine}`;
}

/** Texts are shown as they are, and in quotes if they have anything that cannot be seen. */
const shown = (text: string) => (/^\S.*\S$/.test(text) && !/[\t\p{Cc}]/u.test(text) ? text : JSON.stringify(text));
