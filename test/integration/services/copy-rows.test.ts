import { afterAll, beforeAll, expect, test } from 'vitest';
import { withCopy } from '../../../src/db/transaction.ts';
import { copyStatement } from '../../../src/domain/parse/staged-rows.ts';
import {
  bytea,
  copyPieces,
  detail,
  integer,
  rowWriter,
  smallint,
  text,
} from '../../../src/services/file-worker/copy-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

interface Row {
  line: number;
  notes: string | null;
  tags: string[];
  expiresAt: Date | null;
  cost: number | null;
  bytes: Buffer;
}

const ID = '01234567-89ab-4def-8123-456789abcdef';
const NO_TEXT = text<Row>(() => null);

const writeRow = rowWriter<'import_rows', Row>('import_rows', {
  line: integer(({ line }) => line),
  reading: smallint(() => 2),
  host: text(() => 'proxy.example'),
  port: integer(() => 65_535),
  type: text(() => 'socks5'),
  username: text(() => ''),
  credential_id: bytea(() => Buffer.from(ID.replaceAll('-', ''), 'hex')),
  password_fingerprint: bytea(({ bytes }) => bytes),
  password_sealed: bytea(() => null),
  change_ip_url_sealed: bytea(({ bytes }) => bytes),
  provider: NO_TEXT,
  country: NO_TEXT,
  city: NO_TEXT,
  label: NO_TEXT,
  external_id: NO_TEXT,
  tags: detail(({ tags }) => tags),
  notes: detail(({ notes }) => notes),
  expires_at: detail(({ expiresAt }) => expiresAt),
  monthly_cost: detail(({ cost }) => cost),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** COPY reads ahead, and a piece is valid until the next one is asked for. */
async function* own(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function roundTrip(planId: number, rows: Row[]): Promise<unknown[]> {
  const pieces = own(copyPieces(planId, [rows.slice(0, 1), rows.slice(1)], writeRow));
  await withCopy(database.pool, (_tx, copy) => copy(copyStatement('import_rows'), pieces));
  const { rows: read } = await database.pool.query(
    `select line, reading, host, port, type, username, credential_id as id, password_fingerprint as bytes, password_sealed as none,
      tags, notes, expires_at as "expiresAt", monthly_cost::text as cost
     from import_rows where plan_id = $1 order by line`,
    [planId],
  );
  return read;
}

test('every value of a staged row is read back from the database as it was', async () => {
  const costs = [
    null,
    0,
    0.01,
    0.1,
    0.29,
    1,
    12.5,
    9999,
    10_000,
    99_999_999.99,
    100_000_000,
    9_999_999_999,
    9_999_999_999.99,
  ];
  const dates = [
    null,
    new Date(0),
    new Date('1999-12-31T23:59:59.999Z'),
    new Date('2000-01-01'),
    new Date('9999-12-31'),
  ];
  const texts = [
    null,
    '',
    '\t\n\r\\N \\. "quoted"',
    'Zürich 東京 🦊',
    'é'.repeat(1000),
    'x'.repeat(100_000),
    '€'.repeat(100_000),
  ];
  const lists = [[], [''], ['a', 'b,c', '{"}', '\\', 'NULL', '東京']];
  const rows = costs.map((cost, n): Row => {
    const bytes = Buffer.from(Array.from({ length: n * 7 }, (_, at) => at & 255));
    const [expiresAt = null, notes = null, tags = []] = [
      dates[n % dates.length],
      texts[n % texts.length],
      lists[n % lists.length],
    ];
    return { line: n, notes, tags, expiresAt, cost, bytes };
  });
  const read = await roundTrip(2 ** 33 + 5, rows);
  const fixed = { reading: 2, host: 'proxy.example', port: 65_535, type: 'socks5', username: '', id: ID, none: null };
  expect(read).toEqual(rows.map((row) => ({ ...row, ...fixed, cost: row.cost?.toFixed(2) ?? null })));
});

test('a text with what the database does not take is stored with replacement characters', async () => {
  const [row] = await roundTrip(2, [
    { line: 1, notes: 'a\0b\ud800c\0', tags: ['\0'], expiresAt: null, cost: null, bytes: Buffer.alloc(0) },
  ]);
  expect(row).toMatchObject({ notes: 'a\ufffdb\ufffdc\ufffd', tags: ['\ufffd'] });
});

test('rows that fill several pieces arrive whole, and a plan without rows is possible', async () => {
  const rows = Array.from({ length: 3000 }, (_, line): Row => {
    return { line, notes: `${line} `.repeat(60), tags: [], expiresAt: null, cost: line, bytes: Buffer.alloc(16, line) };
  });
  const read = await roundTrip(3, rows);
  expect(read).toMatchObject(rows.map(({ line, notes, bytes }) => ({ line, notes, bytes, cost: `${line}.00` })));
  expect(await roundTrip(4, [])).toEqual([]);
});
