import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import { LineBatch } from '../../../../../src/domain/parse/lines/line-batch.ts';
import { plainContext } from '../../../../../src/domain/parse/lines/line-file.ts';
import type { ParseOptions } from '../../../../../src/domain/parse/parsed-file.ts';
import { PlainColumns } from '../../../../../src/domain/parse/plain/plain-columns.ts';
import { RowSink } from '../../../../../src/domain/parse/proxy-row.ts';
import { OPTIONS, proxy, read } from '../read.ts';

/** How many rows of a table are read by their cells alone. */
function plainRowsOf(text: string): number {
  let rows = 0;
  const { prototype } = PlainColumns;
  const readRow = prototype.read;
  prototype.read = function (...given) {
    const fields = readRow.apply(this, given);
    if (fields) rows++;
    return fields;
  };
  try {
    expect(read(text).rejected).toEqual([]);
  } finally {
    prototype.read = readRow;
  }
  return rows;
}

describe('rows of a table are read by their cells alone', () => {
  const ROWS = '203.0.113.1,80,ann,pw\n203.0.113.2,81,,\n203.0.113.3,82,ben,';

  test.each([
    ['if it is plain', `host,port,user,pass\n${ROWS}`, 3],
    ['if they end before further columns', `host,port,user,pass,label\n${ROWS}`, 3],
    ['below another header that is plain', `host,port,pass\nhost,port,user,pass\n${ROWS}`, 3],
    ['but not below another header that is not', `host,port,user,pass\n${ROWS}\nhost,port,user,pass,type\n${ROWS}`, 3],
    ['but not if they have more cells than the header', 'host,port,user,pass\n203.0.113.1,80,ann,pw,', 0],
    [
      'but not if they are longer than any line',
      `host,port,user,pass,x\n203.0.113.1,80,ann,pw,${'x'.repeat(16_361)}`,
      1,
    ],
  ])('%s', (_, text, rows) => {
    expect(plainRowsOf(text)).toBe(rows);
  });

  test('and one that is too long is refused', () => {
    const row = `203.0.113.1,80,ann,pw,${'x'.repeat(16_363)}`;
    expect(row).toHaveLength(16_385);
    expect(read(`host,port,user,pass,x\n${row}`).rejected).toEqual([
      {
        line: 2,
        reading: 'both',
        reason: 'It has more than 16,384 characters, which is the limit of a line.',
        text: '•••,•••,•••,•••,•••',
      },
    ]);
    expect(read(`host,port,user,pass,x\n${row.slice(0, -1)}`).rejected).toEqual([]);
  });
});

describe('a line is read without the grammar', () => {
  /** All that a batch gives for one line; null if the line is not plain. */
  function plainLine(text: string, options: Partial<ParseOptions> = {}, context = plainContext('http')) {
    const sink = new RowSink({ ...OPTIONS, ...options });
    const batch = new LineBatch(sink);
    batch.tokens.readLine(text, 0);
    const isPlain = batch.addPlain(7, context);
    if (!isPlain) return sink.isEmpty ? null : 'counted';
    const choice = sink.finish(batch.finish());
    return { rows: sink.take(), forms: sink.forms.result(), choice };
  }
  const one = (form: string, fields: Parameters<typeof proxy>[0]) => ({
    rows: [{ line: 7, reading: 'both', fields: proxy({ username: 'ann', password: 'pw', ...fields }) }],
    forms: [{ form, lines: { both: 1, first: 0, second: 0 } }],
    choice: null,
  });

  test.each([
    ['203.0.113.7:8080:ann:pw', 'host:port:user:password', {}],
    ['203.0.113.7;8080;ann;pw', 'host;port;user;password', {}],
    ['203.0.113.7|8080|ann|pw\n203.0.113.8:80', 'host|port|user|password', {}],
    ['ann:pw@203.0.113.7:8080', 'user:password@host:port', {}],
    ['socks5://ann:pw@203.0.113.7:8080', 'URL', { type: 'socks5' as const }],
    ['203.0.113.7:8080:ann:pw:DE', 'host:port:user:password:country', { country: 'DE' }],
  ])('%j as %s', (text, form, fields) => {
    expect(plainLine(text)).toEqual(one(form, fields));
    const said = { defaults: { country: 'FR', label: 'all' } };
    expect(plainLine(text, said)).toEqual(one(form, { country: 'FR', label: 'all', ...fields }));
  });

  test.each(['203.0.113.7:8080', '10.0.0.1:8080:ann:pw', 'gate.example.com:8080:ann:pw', '0.0.0.0:80:ann:pw'])(
    'unlike %s',
    (text) => {
      expect(plainLine(text)).toBeNull();
    },
  );

  test('of a private network, if that is allowed', () => {
    const allowed = { isPrivateAllowed: true };
    expect(plainLine('10.0.0.1:8080:ann:pw', allowed)).toEqual(one('host:port:user:password', { host: '10.0.0.1' }));
    expect(plainLine('0.0.0.0:8080:ann:pw', allowed)).toEqual(one('host:port:user:password', { host: '0.0.0.0' }));
  });

  test('with the type above it, if it names none', () => {
    const socks = plainContext('socks4');
    expect(plainLine('203.0.113.7:8080:ann:pw', {}, socks)).toEqual(one('host:port:user:password', { type: 'socks4' }));
    expect(plainLine('http://ann:pw@203.0.113.7:8080', {}, socks)).toEqual(one('URL', {}));
    const refused = plainContext(new Refusal('no type'));
    expect(plainLine('203.0.113.7:8080:ann:pw', {}, refused)).toBeNull();
    expect(plainLine('http://ann:pw@203.0.113.7:8080', {}, refused)).toEqual(one('URL', {}));
  });

  test('if nothing else is said of it', () => {
    const context = plainContext('http');
    for (const said of [
      { type: 'http' as const },
      { username: 'ann' },
      { password: 'pw' },
      { monthFirst: new Date(0) },
    ])
      expect(plainLine('203.0.113.7:8080:ann:pw', {}, { ...context, ...said })).toBeNull();
  });
});

describe('a code of a country behind the password belongs to it', () => {
  const fields = (...lines: string[]) =>
    read(lines.join('\n')).rows.map((row) => [row.fields.password, row.fields.country]);
  const forms = (...lines: string[]) => read(lines.join('\n')).forms.map(({ form, lines: { both } }) => [form, both]);
  const CODE = '203.0.113.1:80:ann:pw:DE';

  test('unless every line with a fifth field has one', () => {
    expect(fields(CODE, '203.0.113.2:80:ben:px:FR')).toEqual([
      ['pw', 'DE'],
      ['px', 'FR'],
    ]);
    expect(forms(CODE, '203.0.113.2:80:ben:px:FR', '203.0.113.3:80:ben:px')).toEqual([
      ['host:port:user:password:country', 2],
      ['host:port:user:password', 1],
    ]);
    expect(fields(CODE, '203.0.113.2:80:ben:px:xy')).toEqual([
      ['pw:DE', null],
      ['px:xy', null],
    ]);
    expect(forms(CODE, '203.0.113.2:80:ben:px:xy')).toEqual([['host:port:user:password', 2]]);
  });

  test('and the country is then the one that the import says', () => {
    const { rows } = read(`${CODE}\n203.0.113.2:80:ben:px:xy\n203.0.113.3:80:cara:py:FR`, {
      defaults: { country: 'IT' },
    });
    expect(rows.map((row) => [row.fields.password, row.fields.country])).toEqual([
      ['pw:DE', 'IT'],
      ['px:xy', 'IT'],
      ['py:FR', 'IT'],
    ]);
  });
});
