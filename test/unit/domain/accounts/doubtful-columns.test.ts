import { describe, expect, test } from 'vitest';
import { parseAccountFile } from '../../../../src/domain/accounts/file/account-file.ts';
import { isPassword } from '../../../../src/domain/accounts/file/doubtful-columns.ts';

function read(text: string, model?: string) {
  return parseAccountFile(Buffer.from(text), { fileName: null, defaults: { model }, maxRows: 200_000 });
}

describe('a list without a header is refused if its second column is not the model', () => {
  test.each([
    ['passwords beside the option “model”', 'ann|pw\nben|pw2', 'Amber', /option “model” names another one/],
    ['names in one line', 'ann, ben, cara', 'Amber', /option “model” names another one/],
    ['a number with a comma', '1,234', 'Amber', /option “model” names another one/],
    ['words with digits, each of them once', 'ann;pw1234\nben;pw2345\ncara;qx7733', undefined, /may be a password/],
    ['numbers of lines', '1,ann,Amber\n2,ben,Amber', undefined, /is its number/],
  ])('%s', (_name, text, model, message) => {
    expect(() => read(text, model)).toThrow(expect.objectContaining({ code: 'doubtful_columns' }));
    expect(() => read(text, model)).toThrow(message);
  });

  test.each([
    ['the model that the option names', 'ann;AMBER\nben;Amber', 'Amber', ['AMBER', 'Amber']],
    ['some lines with a model of their own', 'ann\nben,Bella', 'Amber', ['Amber', 'Bella']],
    [
      'models with digits that accounts share',
      'ann,Team22\nben,Team22\ncara,Team33',
      undefined,
      ['Team22', 'Team22', 'Team33'],
    ],
  ])('and taken with %s', (_name, text, model, models) => {
    expect(read(text, model).rows.map((row) => row.model)).toEqual(models);
  });

  test('a line alone is rejected if its second value has the signs of a password', () => {
    const file = read('ann,s3cret!\nben,Amber');
    expect(file.rows).toMatchObject([{ username: 'ben' }]);
    expect(file.rejected).toEqual([{ line: 1, reason: expect.stringMatching(/may be a password/), text: 'ann •••' }]);
  });
});

describe('a row of names of columns is never an account', () => {
  test.each([['id,model\n12,Amber'], ['Model,Account 1,Account 2\nAmber,ann,ben'], ['nick,creator\nann,Amber']])(
    'a header without an account column: %j',
    (text) => {
      expect(() => read(text)).toThrow(/no account column/);
    },
  );

  test.each([
    ['in the middle of a file', 'username,model\nann,Amber\nid,model'],
    ['in JSON', '["ann", {"username": "id", "model": "model"}]'],
    ['in a list', 'ann,Amber\nid,model'],
  ])('%s', (_name, text) => {
    const file = read(text, text.startsWith('[') ? 'Amber' : undefined);
    expect(file.rows.map(({ username }) => username)).toEqual(['ann']);
    expect(file.rejected.map(({ reason }) => reason)).toEqual(['This is a header row, and it has no account column.']);
  });

  test.each([
    [
      'in a CSV file, up to the next header',
      'username,model\nann,Amber\nid,model\n17,Amber\nusername,model\nben,Bella',
    ],
    ['in a list', 'ann,Amber\nben,Bella\nid,model\n17,Amber'],
  ])('the rows below it are not taken either, %s', (_name, text) => {
    const file = read(text);
    expect(file.rows.map(({ username }) => username)).toEqual(['ann', 'ben']);
    const reasons = ['This is a header row, and', 'It is below a header row'];
    expect(file.rejected).toMatchObject(reasons.map((reason) => ({ reason: expect.stringContaining(reason) })));
  });

  test('the name of one column in plural', () => {
    expect(read('Accounts\nann', 'Amber').rows).toMatchObject([{ line: 2, username: 'ann' }]);
  });

  test('a person with the name of a column is an account', () => {
    expect(read('nick,Amber\nben,Bella').rows.map(({ username }) => username)).toEqual(['nick', 'ben']);
  });
});

test.each(['---', '-', '...', '=HYPERLINK("x")', '[Amber]', '<ann', 'ann()', '{ann}'])(
  '%s is no username',
  (written) => {
    const { rows, rejected } = read(JSON.stringify([written, '_', 'ann-b.c_d', '🦊', "o'neil"]), 'Amber');
    expect(rows.map(({ username }) => username)).toEqual(['_', 'ann-b.c_d', '🦊', "o'neil"]);
    expect(rejected).toMatchObject([{ line: 1, reason: expect.stringMatching(/at least one letter/) }]);
  },
);

test('a password has a letter, a digit and a sign, in any order, six characters, and no blank', () => {
  for (const value of ['s3cret!', 'secret1!', '!3cretx', '12345a!', 'é1!aaa', 'a1!bcd'])
    expect([value, isPassword(value)]).toEqual([value, true]);
  for (const value of ['secret!', 's3cret', '123456!', 'a1!bc', 's3cr et!', ' s3cret!', 's3cret! ', 'a-1_b.c', ''])
    expect([value, isPassword(value)]).toEqual([value, false]);
});

test('words with digits are passwords only if each of at least three lines has another one', () => {
  const doubtful = expect.objectContaining({ code: 'doubtful_columns' });
  expect(() => read('ann;pw1234\nben;pw2345\ncara;1234pw')).toThrow(doubtful);
  for (const text of [
    'ann;pw1234\nben;pw2345',
    'ann;pw1234\nben;pw2345\ncara;pw1234',
    'ann;pw1234\nben;pw2345\ncara;Amber',
    'ann;pw1234\nben;pw2345\ncara;pw 345',
    'ann;pw1234\nben;pw2345\ncara;pw34',
    'ann;pw1234\nben;pw2345\ncara;123456',
    'ann;pw1234\nben;pw2345\ncara;my pw3456',
    'ann;pw1234\nben;pw2345\ncara;pw3456 b',
    'ann;Scarlet\nben;Magenta\ncara;Vermilion',
  ]) {
    expect(() => read(text)).not.toThrow();
  }
});

test('a profile of another kind is refused, whatever part of its address shows it', () => {
  for (const address of ['https://ann@example.com/ann', 'https://:pw@example.com/ann', 'https://example.com:81/ann'])
    expect(read(JSON.stringify([address]), 'Amber').rejected).toHaveLength(1);
});
