import type { AccountFields } from '../account-fields.ts';

export type AccountColumn = keyof AccountFields;

const NAMES: Readonly<Record<AccountColumn, string>> = {
  username:
    'username user userid login loginname account accountname handle screenname nickname profile ' +
    'usernames users logins accounts handles profiles',
  model: 'model modelname creator creatorname persona',
  vps: 'vps vpsname server servername machine host hostname node',
  label: 'label title alias remark',
  notes: 'notes note comment comments remarks description',
};

/** Headers that mean the username if no better one exists, the likelier first. */
const SECOND_CHOICE = ['name', 'email', 'mail'];

const BY_NAME = new Map<string, AccountColumn>(
  Object.entries(NAMES).flatMap(([column, names]) =>
    names.split(' ').map((name) => [name, column as AccountColumn] as const),
  ),
);

const keyOf = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

/**
 * The field of each column of a header, or of each key of a JSON object; undefined if the name is unknown. Names are
 * compared without case, blanks, `_` and `-`. If two columns mean the same field, the first one counts.
 */
export function accountColumns(header: readonly string[]): (AccountColumn | undefined)[] {
  const names = header.map(keyOf);
  const columns = names.map((name) => BY_NAME.get(name));
  if (!columns.includes('username')) {
    const second = SECOND_CHOICE.map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (second !== undefined) columns[second] = 'username';
  }
  return columns.map((column, at) => (columns.indexOf(column) === at ? column : undefined));
}

/** Whether one of the names means nothing but the username. */
export function namesAccount(header: readonly string[]): boolean {
  return header.some((name) => BY_NAME.get(keyOf(name)) === 'username');
}

/** Whether a value is the name of a column of models: its row is a header rather than an account. */
export function isModelColumn(value: string | undefined): boolean {
  return value !== undefined && accountColumns([value])[0] === 'model';
}
