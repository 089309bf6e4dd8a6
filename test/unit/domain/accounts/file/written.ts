import {
  type AccountFileOptions,
  type ParsedAccounts,
  parseAccountFile,
} from '../../../../../src/domain/accounts/file/account-file.ts';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';

const OPTIONS: AccountFileOptions = { fileName: null, defaults: {}, maxRows: 200_000 };

/** All that was read of a list of accounts, with a line for each fact. */
export function readToLines(text: string, options: Partial<AccountFileOptions>): string[] {
  try {
    return fileToLines(parseAccountFile(Buffer.from(text), { ...OPTIONS, ...options }));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [`error ${error.code}: ${error.message}`];
  }
}

function fileToLines({ encoding, rows, rejected, unknownColumns }: ParsedAccounts): string[] {
  return [
    `accounts in ${encoding}`,
    ...rows.map(({ line, username, model, ...others }) => {
      const said = Object.entries(others).filter(([, value]) => value !== null);
      return [`${line} ${username}, ${model}`, ...said.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(
        ' ',
      );
    }),
    ...rejected.map(({ line, reason, text }) => `${line} rejected: ${reason} ${JSON.stringify(text)}`),
    ...unknownColumns.map((name) => `left out: ${JSON.stringify(name)}`),
  ];
}
