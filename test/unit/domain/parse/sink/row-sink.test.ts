import { describe, expect, test } from 'vitest';
import { NO_DETAILS } from '../../../../../src/domain/parse/fields/details.ts';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type { ParsedRow, ParseOptions, Reading } from '../../../../../src/domain/parse/parsed-file.ts';
import { collectRows, RowSink } from '../../../../../src/domain/parse/proxy-row.ts';
import { OPTIONS, proxy } from '../read.ts';

const sinkWith = (options: Partial<ParseOptions> = {}) => new RowSink({ ...OPTIONS, ...options });
const row = (line: number, reading: Reading = 'both'): ParsedRow => ({ line, reading, fields: proxy({ port: line }) });
const DAY = new Date('2027-01-02T23:59:59.999Z');
const PARTS = { host: '203.0.113.7', port: 80, type: 'http', username: '', password: '', details: NO_DETAILS } as const;

test('counts up to the limit', () => {
  const sink = sinkWith({ maxRows: 2 });
  expect(sink.isEmpty).toBe(true);
  sink.count();
  expect(sink.isEmpty).toBe(false);
  sink.count();
  expect(() => sink.count()).toThrow(
    new FileError('too_many_rows', 'The file has more than 2 rows, which is the limit.'),
  );
  expect(() => sinkWith({ maxRows: 0 }).count()).toThrow('The file has more than 0 rows, which is the limit.');
});

test('has the type that the import asks for, else http', () => {
  expect([sinkWith().defaultType, sinkWith().isTypeGiven]).toEqual(['http', false]);
  const asked = sinkWith({ defaults: { type: 'socks4' } });
  expect([asked.defaultType, asked.isTypeGiven, asked.isExport]).toEqual(['socks4', true, false]);
});

test('refuses a default that no line may say either', () => {
  expect(() => sinkWith({ defaults: { country: 'Atlantis' } })).toThrow(
    new FileError('bad_field', 'The country must be an ISO 3166-1 code or an English name, such as DE.'),
  );
});

describe('batches', () => {
  const filled = (rows: number, expected = rows) => {
    const sink = sinkWith({ maxRows: 600 });
    sink.expect(expected);
    for (let line = 1; line <= rows; line++) sink.add(row(line), 'x');
    return sink;
  };

  test('are full with 512 rows, unless there may be too many lines', () => {
    expect([filled(511).isFull, filled(512).isFull, filled(513).isFull]).toEqual([false, true, true]);
    expect([filled(512, 600).isFull, filled(512, 601).isFull]).toEqual([true, false]);
  });

  test('are taken once, and as many as there are', () => {
    const sink = filled(2);
    expect(sink.take().map(({ line }) => line)).toEqual([1, 2]);
    expect(sink.take()).toEqual([]);
    expect([...filled(513).takeAll()].map((rows) => rows.map(({ line }) => line))).toEqual([
      Array.from({ length: 512 }, (_, at) => at + 1),
      [513],
    ]);
    expect([...filled(512).takeAll()].map(({ length }) => length)).toEqual([512]);
    expect([...filled(0).takeAll()]).toEqual([]);
  });

  test('are put together in the order of the file', () => {
    function* batches() {
      yield [row(3), row(1, 'second')];
      yield [row(2), row(1, 'first')];
      return 'done';
    }
    const { rows, result } = collectRows(batches());
    expect(result).toBe('done');
    expect(rows.map(({ line, reading }) => [line, reading])).toEqual([
      [1, 'first'],
      [1, 'second'],
      [2, 'both'],
      [3, 'both'],
    ]);
  });
});

test('settles rows and rejections in the order of the file', () => {
  const sink = sinkWith();
  sink.add(row(5), 'b');
  sink.hold(row(3));
  sink.add(row(1, 'second'), 'a');
  sink.add(row(1, 'first'), 'a');
  for (const line of [4, 2]) sink.reject(line, 'both', new Refusal(`reason ${line}`), `text ${line}`);
  sink.reject(1, 'second', new Refusal('x'), 'y');
  sink.reject(1, 'first', new Refusal('x'), 'y');
  expect(sink.finish(null)).toBeNull();
  expect(sink.take().map(({ line, reading }) => [line, reading])).toEqual([
    [1, 'first'],
    [1, 'second'],
    [3, 'both'],
    [5, 'both'],
  ]);
  expect(sink.rejected).toEqual([
    { line: 1, reading: 'first', reason: 'x', text: 'y' },
    { line: 1, reading: 'second', reason: 'x', text: 'y' },
    { line: 2, reading: 'both', reason: 'reason 2', text: 'text 2' },
    { line: 4, reading: 'both', reason: 'reason 4', text: 'text 4' },
  ]);
  expect(sink.forms.result()).toEqual([
    { form: 'a', lines: { both: 0, first: 1, second: 1 } },
    { form: 'b', lines: { both: 1, first: 0, second: 0 } },
  ]);
});

test('keeps a row whose date is open until the end', () => {
  const sink = sinkWith();
  sink.add(row(2), 'x', DAY);
  sink.add(row(3), 'x');
  expect(sink.take().map(({ line }) => line)).toEqual([3]);
  expect(sink.finish(null)).toEqual({
    taken: 'first',
    lines: 1,
    first: { form: 'dd/mm/yyyy', example: '' },
    second: { form: 'mm/dd/yyyy', example: '2027-01-02' },
  });
  expect(sink.take()).toEqual([
    { ...row(2), reading: 'first' },
    { line: 2, reading: 'second', fields: proxy({ port: 2, expiresAt: DAY }) },
  ]);
});

describe('an address', () => {
  test('of a private network is accepted if the import allows it', () => {
    const accepted = [sinkWith(), sinkWith({ isPrivateAllowed: true })].map((sink) =>
      [0x0a000001, 0xcb007107].map((address) => sink.accepts(address)),
    );
    expect(accepted).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  test('is put together with what the import says for all', () => {
    const sink = sinkWith({ defaults: { label: 'desk', country: 'FR' } });
    const details = { ...NO_DETAILS, country: 'DE' };
    expect(sink.assemble({ ...PARTS, username: 'ann', password: 'pw', details })).toEqual(
      proxy({ port: 80, username: 'ann', password: 'pw', country: 'DE', label: 'desk' }),
    );
    expect(sink.assemble(PARTS)).toEqual(proxy({ port: 80, country: 'FR', label: 'desk' }));
    const [one, other] = [sink.newFields(NO_DETAILS), sink.newFields(NO_DETAILS)];
    expect(one).toEqual(proxy({ host: '', port: 0, country: 'FR', label: 'desk' }));
    expect(one).not.toBe(other);
    expect(sink.newFields(details)).toEqual(proxy({ host: '', port: 0, country: 'DE', label: 'desk' }));
  });

  test('is refused if the import says its password for all', () => {
    const sink = sinkWith({ defaults: { label: 'my secret' } });
    expect(sink.assemble({ ...PARTS, password: 'secret' })).toEqual(
      expect.objectContaining({
        reason: 'The field “Label” holds the password, and everyone can read it: remove it there.',
      }),
    );
  });

  test.each([
    [{ host: '10.0.0.1' }, 'The host is not on the public internet: private (10.0.0.0/8).'],
    [{ username: 'x'.repeat(256) }, 'The username must be at most 255 characters long.'],
    [{ password: 'x'.repeat(256) }, 'The password must be at most 255 characters long.'],
    [
      { password: 'secret', details: { ...NO_DETAILS, notes: 'is secret' } },
      'The field “Notes” holds the password, and everyone can read it: remove it there.',
    ],
  ])('of %j is refused', (parts, reason) => {
    expect(sinkWith().assemble({ ...PARTS, ...parts })).toEqual(expect.objectContaining({ reason }));
  });
});

describe('a field shows the password', () => {
  const shows = (fields: Parameters<typeof proxy>[0], isExport = false) => {
    const sink = sinkWith();
    sink.isExport = isExport;
    return sink.showsPassword(proxy({ password: 'secret', ...fields }));
  };

  test.each(['provider', 'country', 'city', 'label', 'notes'] as const)('if it is the %s', (key) => {
    expect([shows({ [key]: 'secret' }), shows({ [key]: 'a secret b' }), shows({ [key]: 'secre' })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('if it is among the tags', () => {
    expect([shows({ tags: ['a', 'secret'] }), shows({ tags: ['a', 'mysecrets'] }), shows({ tags: ['a'] })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('if it is short and all of the field', () => {
    expect([shows({ password: 'secre', label: 'secre' }), shows({ password: 'secre', label: 'secrets' })]).toEqual([
      true,
      false,
    ]);
  });

  test('but not if it is what everyone knows, what only some can read, or none', () => {
    expect(shows({ username: 'secret' })).toBe(false);
    expect(shows({ externalId: 'secret' })).toBe(false);
    expect(shows({ changeIpUrl: 'https://a.example/secret' })).toBe(false);
    expect(shows({ password: null, label: 'secret' })).toBe(false);
    expect(shows({ label: 'secret' }, true)).toBe(false);
  });
});
