import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { parseAccountFile } from '../../../../src/domain/accounts/file/account-file.ts';
import { FileError } from '../../../../src/domain/parse/file-error.ts';

type Options = Partial<Parameters<typeof parseAccountFile>[1]>;

function read(text: string | Buffer, options: Options = {}) {
  return parseAccountFile(Buffer.from(text), { fileName: null, defaults: {}, maxRows: 200_000, ...options });
}
const amber = { defaults: { model: 'Amber' } };
const rowsOf = (text: string | Buffer, options?: Options) =>
  read(text, options).rows.map(({ line, username, model, vps, label, notes }) => [
    line,
    username,
    model,
    vps,
    label,
    notes,
  ]);

describe('a file with a header', () => {
  test.each([
    ['username,model,vps,label,notes'],
    ['USER,Model Name,VPS_Name,Title,Comment'],
    ['Account Name;model;server;label;note'],
    ['login\tcreator\tmachine\talias\tremarks'],
    ['Handle|Persona|Host|remark|description'],
    ['name,model,vps,label,notes'],
    ['E-Mail,model,vps,label,notes'],
  ])('is read by the names of its columns: %s', (header) => {
    const delimiter = /[,;\t|]/.exec(header)?.[0] ?? '';
    const text = `${header}\n${['ann', 'Amber', 'vps-1', 'first', 'on leave'].join(delimiter)}\n`;
    expect(rowsOf(text)).toEqual([[2, 'ann', 'Amber', 'vps-1', 'first', 'on leave']]);
  });

  test('may have its columns in any order, others among them, and a name beside a username', () => {
    const text = 'password,name,model,username,followers\nsecret,Ann,Amber,ann,12';
    const file = read(text);
    expect(file.rows).toMatchObject([{ username: 'ann', model: 'Amber' }]);
    expect(file.unknownColumns).toEqual(['password', 'name', 'followers']);
    expect(JSON.stringify(file)).not.toContain('secret');
  });

  test('may stand behind blank lines, comments, a code fence and the line that Excel writes', () => {
    const text = '\n# accounts\nsep=;\n```csv\nusername;model\nann;Amber\n\n# gone: ben\n```\n';
    expect(rowsOf(text)).toEqual([[6, 'ann', 'Amber', null, null, null]]);
  });

  test('keeps quoted text, including line ends', () => {
    const text = 'username,model,notes\r\nann,"Amber, the first","one ""and""\r\ntwo"\r\nben,Bella,\r\n';
    expect(rowsOf(text)).toEqual([
      [2, 'ann', 'Amber, the first', null, null, 'one "and"\ntwo'],
      [4, 'ben', 'Bella', null, null, null],
    ]);
  });

  test('without a column for the account is refused as a whole', () => {
    expect(() => read('model,vps\nAmber,vps-1')).toThrow(/no account column/);
  });

  test('rejects rows by number and reason, and shows no more of them than the account', () => {
    const text = `username,model\nann\n,Amber\nben,Bella,secret,more\n"cara,Cara\n${'d'.repeat(101)},Dora\neve,\u0007`;
    expect(read(text).rejected).toEqual([
      { line: 2, reason: expect.stringMatching(/model is missing/), text: 'ann' },
      { line: 3, reason: 'The username is missing.', text: '' },
      { line: 4, reason: expect.stringMatching(/4 cells for 2 columns/), text: '•••,•••' },
      { line: 5, reason: expect.stringMatching(/Unbalanced quotes/), text: '•••' },
      { line: 6, reason: 'The username must be at most 100 characters long.', text: 'd'.repeat(101) },
      { line: 7, reason: expect.stringMatching(/control characters/), text: 'eve' },
    ]);
  });
});

describe('a list without a header', () => {
  test('is one username a line, with bullets, numbers, comments and quotes around', () => {
    const text = '- ann\n2) ben # twice a day\n"cara",\n\n// old\n<dora>\n@eve\n\u200bfay\u00a0\n';
    expect(read(text, amber).rows.map(({ line, username }) => [line, username])).toEqual([
      [1, 'ann'],
      [2, 'ben'],
      [3, 'cara'],
      [6, 'dora'],
      [7, 'eve'],
      [8, 'fay'],
    ]);
  });

  test.each([',', ';', '\t', '|'])('may say more, in the order of the columns, parted by %j', (mark) => {
    const text = ['ann', ' Amber ', 'vps-1', 'first', 'a note'].join(mark);
    expect(rowsOf(`${text}\nben${mark}Bella\n`)).toEqual([
      [1, 'ann', 'Amber', 'vps-1', 'first', 'a note'],
      [2, 'ben', 'Bella', null, null, null],
    ]);
  });

  test('never takes a password for a part of a username', () => {
    const { rows, rejected } = read('ann:secret\nben s3cret\ncara', amber);
    expect(rows.map((row) => row.username)).toEqual(['cara']);
    expect(rejected.map(({ line, text }) => [line, text])).toEqual([
      [1, 'ann •••'],
      [2, 'ben •••'],
    ]);
  });

  test('rejects each line without a model if there is no default', () => {
    expect(read('ann\nben,Bella').rejected).toEqual([
      { line: 1, reason: expect.stringMatching(/option “model”/), text: 'ann' },
    ]);
  });
});

describe('a username never holds a password', () => {
  const WRITTEN = [
    'ann:s3cret',
    'ann;s3cret',
    'ann|s3cret',
    'ann s3cret',
    'ann----s3cret',
    'ann/s3cret',
    'ann@example.com:s3cret',
    'ann\ts3cret',
  ];

  test.each(WRITTEN)('in CSV, JSON and lines alike: %s', (written) => {
    const inCsv = read(Papa.unparse([{ username: written, model: 'Amber' }]));
    const inJson = read(JSON.stringify([written, { username: written, model: 'Amber' }]), amber);
    const inLines = read(`"${written}"\nben\n`, amber);
    // In a list without a header these part the columns.
    const isDelimited = /[;|\t]/.test(written);
    for (const file of isDelimited ? [inCsv, inJson] : [inCsv, inJson, inLines]) {
      expect(file.rows.filter(({ username }) => username !== 'ben')).toEqual([]);
      expect(file.rejected[0]?.reason).toMatch(/password|at most/);
      expect(JSON.stringify(file)).not.toContain('s3cret');
    }
  });

  test.each([
    ['https://www.example.com/ann.rose/', 'ann.rose'],
    ['example.com/ann?lang=de', 'ann'],
    ['https://example.com/@ann', 'ann'],
    ['https://example.com/user/ann', 'ann'],
  ])('the address of a profile is its name: %s', (written, username) => {
    expect(read(Papa.unparse([{ username: written, model: 'Amber' }])).rows).toMatchObject([{ username }]);
    expect(read(JSON.stringify([written]), amber).rows).toMatchObject([{ username }]);
    expect(read(`${written}\n`, amber).rows).toMatchObject([{ username }]);
  });

  test.each(['https://example.com/', 'https://example.com/ann/photos/7', 'https://ann:pw@example.com/ann'])(
    'another address is rejected: %s',
    (written) => {
      expect(read(JSON.stringify([written]), amber)).toMatchObject({ rows: [], rejected: [{ line: 1 }] });
    },
  );
});

describe('what a spreadsheet has damaged is rejected with its reason', () => {
  test.each(['1.78414E+16', '1,78E+16', '#REF!', '#N/A', '#NAME?', '#DIV/0!', '########'])('%s', (cell) => {
    for (const row of [`"${cell}",Amber,vps-1`, `ann,"${cell}",vps-1`, `ann,Amber,"${cell}"`]) {
      const { rows, rejected } = read(`username,model,vps\n${row}\n`);
      expect(rows).toEqual([]);
      expect(rejected[0]?.reason).toMatch(/spreadsheet/);
    }
  });

  test('a JSON number that lost digits', () => {
    const { rows, rejected } = read(
      '[{"username": 17841400000000000001}, {"username": "17841400000000000001"}]',
      amber,
    );
    expect(rejected).toEqual([{ line: 1, reason: 'A number lost digits: write it in quotes.', text: '•••' }]);
    expect(rows).toMatchObject([{ username: '17841400000000000001' }]);
  });
});

describe('a header', () => {
  test('is found below title rows, which are named', () => {
    const { rows, rejected } = read(
      'Accounts of Amber\nExported 2026-11-01,,\n\nusername,model,vps\nann,Amber,vps-1\n',
    );
    expect(rows).toMatchObject([{ line: 5, username: 'ann' }]);
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'It is above the header row.'],
      [2, 'It is above the header row.'],
    ]);
  });

  test('that comes again holds for what follows it, and is never an account', () => {
    const text =
      'username,model,age\nann,Amber,30\nmodel,username,vps,label,email\nBella,ben,vps-1,first,x@y.example\n';
    expect(rowsOf(text)).toEqual([
      [2, 'ann', 'Amber', null, null, null],
      [4, 'ben', 'Bella', 'vps-1', 'first', null],
    ]);
    expect(read(text).unknownColumns).toEqual(['age', 'email']);
  });

  test('in the middle of a list without one is not an account either', () => {
    const many = Array.from({ length: 30 }, (_, n) => `user.${n},Amber`).join('\n');
    expect(rowsOf(`${many}\nmodel,username\nBella,ben\n`).at(-1)).toEqual([32, 'ben', 'Bella', null, null, null]);
  });
});

test('JSON is a list of usernames or of objects', () => {
  const entries = [
    'ann',
    { Handle: '@ben', model: 'Bella', vps: null, age: 30 },
    { user: 12345 },
    ['x'],
    { user: { a: 1 } },
  ];
  const file = read(JSON.stringify(entries), { ...amber, fileName: 'a.json' });
  expect(file.rows.map(({ line, username, model }) => [line, username, model])).toEqual([
    [1, 'ann', 'Amber'],
    [2, 'ben', 'Bella'],
    [3, '12345', 'Amber'],
  ]);
  expect(file.rejected.map(({ line }) => line)).toEqual([4, 5]);
  expect(file.unknownColumns).toEqual(['age']);
});

test('options stand in for what a row does not say', () => {
  const options = { defaults: { model: 'Amber', vps: 'vps-9' } };
  expect(rowsOf('username,model,vps\nann,,\nben,Bella,vps-1', options)).toEqual([
    [2, 'ann', 'Amber', 'vps-9', null, null],
    [3, 'ben', 'Bella', 'vps-1', null, null],
  ]);
});

test('UTF-16 and Windows-1252 are read as what they are', () => {
  const text = 'username,model\nandré,Zoë';
  for (const [bytes, encoding] of [
    [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    [Buffer.from(text, 'latin1'), 'windows-1252'],
    [Buffer.from(`\ufeff${text}`), 'utf-8'],
  ] as const) {
    expect(read(bytes)).toMatchObject({ encoding, rows: [{ username: 'andré', model: 'Zoë' }] });
  }
});

test.each([
  ['an empty file', '', 'empty'],
  ['blanks alone', ' \n\t\n', 'empty'],
  ['a header alone', 'username,model\n', 'no_rows'],
  ['a spreadsheet', Buffer.from('504b030400000000', 'hex'), 'binary'],
  ['JSON that is no list', '{"username": "ann"}', 'not_a_list'],
  ['an export of proxies', '{"format": "proxy-ops-export", "version": 1, "proxies": []}', 'not_a_list'],
])('%s is refused as a whole', (_what, text, code) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code }));
});

test('rows over the limit are refused, invalid ones among them', () => {
  expect(() => read('ann\nben\n:\ncara', { ...amber, maxRows: 3 })).toThrow(FileError);
  expect(read('ann\nben\n:', { ...amber, maxRows: 3 }).rows).toHaveLength(2);
});

test('whatever a spreadsheet writes is read back', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/).filter((text) => !text.includes('----'));
  const words = fc.stringMatching(/^(?:[A-Za-z0-9"',;|#/ ]{0,20}[A-Za-z0-9])?$/).map((text) => text.trim());
  const account = fc.record({
    username: name,
    model: name,
    vps: fc.oneof(name, fc.constant('')),
    label: words,
    notes: words,
  });
  fc.assert(
    fc.property(
      fc.array(account, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(',', ';', '\t'),
      (accounts, delimiter) => {
        const text = Papa.unparse(accounts, {
          delimiter,
          columns: ['username', 'model', 'vps', 'label', 'notes'],
          newline: '\r\n',
        });
        const { rows, rejected } = read(text);
        expect(rejected).toEqual([]);
        expect(rows.map(({ line: _line, ...row }) => row)).toEqual(
          accounts.map((each) => ({
            ...each,
            vps: each.vps || null,
            label: each.label || null,
            notes: each.notes || null,
          })),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('whatever bytes come, the file is refused as a whole or each row is taken or rejected, and no key is empty', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'username',
      'model',
      'vps',
      ',',
      ';',
      '\t',
      '|',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      '#',
      '```',
      ':',
      '@',
      '\ufeff',
      '\0',
      'ann',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join('')));
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)), (bytes) => {
      try {
        const { rows, rejected } = read(bytes, { defaults: { model: 'Amber' }, maxRows: 1000 });
        expect(rows.length + rejected.length).toBeGreaterThan(0);
        for (const { username, model } of rows) expect(username.trim() && model.trim()).not.toBe('');
        for (const { reason, text: shown } of rejected)
          expect([reason.length > 0, shown.length <= 200]).toEqual([true, true]);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }),
    { numRuns: 2000 },
  );
});
