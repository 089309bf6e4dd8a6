import { describe, expect, test } from 'vitest';
import { readAccountEdit } from '../../../../src/domain/accounts/account-edit.ts';
import { readAccount, readModel, readNewModel } from '../../../../src/domain/accounts/account-fields.ts';
import { accountColumns, isModelColumn } from '../../../../src/domain/accounts/file/account-columns.ts';
import { parseAccountFile } from '../../../../src/domain/accounts/file/account-file.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

const NAMES = {
  username:
    'username user userid login loginname account accountname handle screenname nickname profile usernames users logins accounts ' +
    'handles profiles',
  model: 'model modelname creator creatorname persona',
  vps: 'vps vpsname server servername machine host hostname node',
  label: 'label title alias remark',
  notes: 'notes note comment comments remarks description',
};

test.each(Object.entries(NAMES))('the %s of an account is in a column named %j', (column, names) => {
  for (const name of names.split(' ')) expect([name, accountColumns([name])]).toEqual([name, [column]]);
});

test('names are compared without case, blanks, lines and hyphens, and the first of two with one meaning counts', () => {
  expect(accountColumns(['Screen Name', 'MODEL_NAME', 'vps-name', 'user', 'colour'])).toEqual([
    'username',
    'model',
    'vps',
    undefined,
    undefined,
  ]);
});

test('a name or an address stands for the username only if nothing else does, the name first', () => {
  expect(accountColumns(['email', 'name'])).toEqual([undefined, 'username']);
  expect(accountColumns(['mail', 'email'])).toEqual([undefined, 'username']);
  expect(accountColumns(['mail', 'model'])).toEqual(['username', 'model']);
  expect(accountColumns(['name', 'login'])).toEqual([undefined, 'username']);
});

test('a value that names the column of models shows a header', () => {
  expect(['Model', 'creator', 'Amber', 'user', ''].map(isModelColumn)).toEqual([true, true, false, false, false]);
});

describe('the fields of an account', () => {
  const given = { username: 'ann', model: 'Amber', vps: 'vps-1', label: 'Desk', notes: 'a\nb' };

  test('are taken as they are given, and an empty one is none', () => {
    expect(readAccount(given, { model: 'Bella', vps: 'vps-2' })).toEqual(given);
    expect(readAccount({ username: 'ann', model: 'Amber' }, {})).toEqual({
      username: 'ann',
      model: 'Amber',
      vps: null,
      label: null,
      notes: null,
    });
    expect(readAccount({ ...given, model: '', vps: '' }, { model: 'Bella', vps: 'vps-2' })).toMatchObject({
      model: 'Bella',
      vps: 'vps-2',
    });
  });

  test.each([
    ['username', 'The username is missing.', ''],
    ['username', 'The username must be at most 100 characters long.', 'x'.repeat(101)],
    ['model', 'The model is missing: add a column “model” or set the option “model”.', ''],
    ['model', 'The model is missing: add a column “model” or set the option “model”.', '\u200b'],
    ['model', 'The model must be at most 100 characters long.', 'x'.repeat(101)],
    ['vps', 'The name of the VPS must be at most 100 characters long.', 'x'.repeat(101)],
    ['label', 'The label must be at most 100 characters long.', 'x'.repeat(101)],
    ['notes', 'The notes must be at most 1,000 characters long.', 'x'.repeat(1001)],
    ['vps', 'The cell holds an error of the spreadsheet instead of a value.', '#REF!'],
    ['label', 'The cell holds an error of the spreadsheet instead of a value.', '#REF!'],
  ])('an invalid %s is refused: %s', (key, reason, value) => {
    expect(readAccount({ ...given, [key]: value }, {})).toEqual(new Refusal(reason));
  });

  test('notes may quote what a spreadsheet shows', () => {
    expect(readAccount({ ...given, notes: '#REF!' }, {})).toMatchObject({ notes: '#REF!' });
  });

  test('a new model is a name, is kept if none is written, and cannot be cleared', () => {
    expect([readNewModel(undefined), readNewModel(' Amber ')]).toEqual([undefined, 'Amber']);
    for (const written of ['', '-', ' '])
      expect(readNewModel(written)).toEqual(new Refusal('An account must have a model.'));
    expect([readModel('Amber  Rose'), readModel('x'.repeat(100))]).toEqual(['Amber Rose', 'x'.repeat(100)]);
  });
});

test('an edit of an account has the fields that are given, and clears those that are empty', () => {
  expect(readAccountEdit({ label: ' Desk ' })).toStrictEqual({ label: 'Desk' });
  expect(readAccountEdit({ vps: '-', label: '', notes: 'a' })).toStrictEqual({ vps: null, label: null, notes: 'a' });
  expect(readAccountEdit({})).toStrictEqual({});
  expect(readAccountEdit({ vps: '#REF!', label: 'x' })).toEqual(
    new Refusal('The cell holds an error of the spreadsheet instead of a value.'),
  );
});

describe('a list of accounts', () => {
  const read = (text: string, model?: string) =>
    parseAccountFile(Buffer.from(text), { fileName: null, defaults: { model }, maxRows: 1000 });
  const refusals = (text: string, model?: string) =>
    read(text, model).rejected.map(({ line, reason, text: shown }) => [line, reason, shown]);

  test.each([
    '203.0.113.7,8080',
    '203.0.113.7,8080,ann',
    '[2001:db8::7],8080',
    'gate.example.com,8080,ann,pw',
    ' 203.0.113.7 , 8080 ',
  ])('takes no proxy for an account: %s', (line) => {
    expect(refusals(`${line}\nben,Bella`)).toEqual([[1, 'This is a proxy: a host and a port.', '•••']]);
  });

  test.each([
    ['gate.example.com,8080', 'gate.example.com'],
    ['gate.example.com,8080,ann', 'gate.example.com'],
    ['gate.example.com,Amber,ann,pw', 'gate.example.com'],
    ['ann,8080,east,desk', 'ann'],
    ['203.0.113.7,Amber', '203.0.113.7'],
    ['203.0.113.7,123456', '203.0.113.7'],
  ])('takes a name with a dot for an account if no proxy is written so: %s', (line, username) => {
    expect(read(`${line}\nben,Bella`).rows[0]).toMatchObject({ username });
  });

  test('rejects a line with more values than fields, and shows its username only', () => {
    expect(refusals('ann,Amber,east,desk,calm,s3cret\nben,Bella')).toEqual([
      [1, 'A line can have at most 5 values.', 'ann •••'],
    ]);
  });

  test('is parted by the delimiter of most lines', () => {
    const rows = read('ann;Amber\nben;Bella\ncara;Cara,the first').rows.map(({ username, model }) => [username, model]);
    expect(rows).toEqual([
      ['ann', 'Amber'],
      ['ben', 'Bella'],
      ['cara', 'Cara,the first'],
    ]);
  });

  test('counts lines that are too long, empty or comments', () => {
    const long = 'x'.repeat(20_000);
    expect(refusals(`ann,Amber\n${long}\n\n# note\n:,Amber`)).toEqual([
      [2, expect.stringContaining('16,384'), '•••'],
      [5, expect.any(String), '•••'],
    ]);
  });

  test('is refused with its reason if it is something else', () => {
    const json = (value: unknown) => JSON.stringify(value);
    expect(() => read(json({ format: 'proxy-ops-export', version: 1, proxies: [] }))).toThrow(
      'This file is an export of proxies and contains no accounts.',
    );
    expect(() => read(json([{ ip: '203.0.113.7', port: 80 }]))).toThrow('those of a list of proxies');
    expect(() => read('# proxy-ops-export v1\nhost,port\n203.0.113.7,80')).toThrow(
      'This file is an export of proxies.',
    );
    expect(() => read(' ')).toThrow('The file is empty.');
    expect(() => read('username,model\n')).toThrow('The file contains no accounts, only headers or comments.');
    expect(() => read('model,vps\nAmber,vps-1')).toThrow(
      'The header row has no account column (username, user, login, account or handle).',
    );
  });

  test('names at most 50 unknown columns, with 100 characters of each', () => {
    const columns = Array.from({ length: 60 }, (_, at) => `column ${at}`);
    const { unknownColumns } = read(`username,model,${'x'.repeat(150)},${columns.join()}\nann,Amber`);
    expect(unknownColumns).toHaveLength(50);
    expect(unknownColumns[0]).toBe('x'.repeat(100));
  });
});

test('entries of JSON are usernames or objects, and no other value is guessed at', () => {
  const entries = [
    'ann',
    7,
    null,
    ['x'],
    { user: 'ben', vps: true },
    { user: 'cara', label: ['a'] },
    { user: 1.5 },
    { user: 'dora', notes: null },
  ];
  const { rows, rejected } = parseAccountFile(Buffer.from(JSON.stringify(entries)), {
    fileName: null,
    defaults: { model: 'Amber' },
    maxRows: 1000,
  });
  expect(rows.map(({ line, username }) => [line, username])).toEqual([
    [1, 'ann'],
    [8, 'dora'],
  ]);
  expect(rejected).toEqual([
    ...[2, 3, 4].map((line) => ({ line, reason: 'Each entry must be a string or an object.', text: '•••' })),
    ...[5, 6].map((line) => ({ line, reason: 'Each value must be a string or a number.', text: '•••' })),
    { line: 7, reason: 'A number lost digits: write it in quotes.', text: '•••' },
  ]);
});
