import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../../src/base/logger.ts';
import { openSession } from '../../../../src/db/client.ts';
import { migrate } from '../../../../src/db/migrate.ts';
import { environmentKey, LOOKALIKES, providerKey, vpsKey } from '../../../../src/domain/names.ts';
import {
  createEmptyDatabase,
  createTestDatabase,
  dropDatabase,
  type TestDatabase,
} from '../../../helpers/database/database.ts';
import { migrateUpTo } from '../../../helpers/database/old-schema.ts';

let database: TestDatabase;
const run = async (statement: string, values?: unknown[]) => (await database.pool.query(statement, values)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('the keys of the program and of the database are the same', async () => {
  const letters = fc.constantFrom(...`${LOOKALIKES.letters}${LOOKALIKES.letters.toUpperCase()}éßﬁａＡ①½ﬀ日本語한국ÅàZ`);
  const unit = fc.oneof(
    letters,
    fc.constantFrom('\u200b', '\u00a0', '\u3000', '\ufe0f', '\u2060', ' ', '-', 'a', 'Q', '1'),
  );
  const samples = fc.sample(fc.string({ unit, maxLength: 12 }), 2_000);
  const found = await run(
    'select t as name, fold_key(t) as fold, look_key(t) as look from unnest($1::text[]) with ordinality u(t, n) order by n',
    [samples],
  );
  expect(found).toEqual(samples.map((name) => ({ name, fold: environmentKey(name), look: providerKey(name) })));
  expect(samples.every((name) => providerKey(name) === vpsKey(name))).toBe(true);
});

const insertProxies = (rows: readonly [host: string, provider: string | null][]) =>
  run(
    `insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider)
     select h, 8080, 'http', '', gen_random_uuid(), '\\x00', p from unnest($1::text[], $2::text[]) t(h, p) returning id`,
    [rows.map(([host]) => host), rows.map(([, provider]) => provider)],
  );

test('a provider has one spelling, also in plain SQL', async () => {
  await insertProxies([
    ['a.example', 'Acme'],
    ['b.example', 'Acme'],
    ['c.example', 'ACME'],
    ['d.example', null],
  ]);
  await insertProxies([['e.example', ' а\u200bcme']]);
  await run(`update proxies set provider = 'ａcme' where host = 'd.example'`);
  await run(`update proxies set provider = 'Other' where host = 'e.example'`);
  const spelled = await run(`select host, provider from proxies order by host`);
  expect(spelled.map((row) => row.provider)).toEqual(['Acme', 'Acme', 'Acme', 'Acme', 'Other']);
  expect(await run('select name, key from providers order by key')).toEqual([
    { name: 'Acme', key: 'acme' },
    { name: 'Other', key: 'other' },
  ]);
});

test('an upgrade keeps every row, also where several have names that look the same', async () => {
  const url = await createEmptyDatabase();
  try {
    await migrateUpTo(url, '0017_movable-accounts');
    const session = await openSession({ connectionString: url });
    await session.query(`
      insert into models (name, key) values ('Ａmber', 'ａmber'), ('Amber', 'amber'), ('Bella', 'bella');
      insert into accounts (username, key, model_id) values
        ('ａnn', 'ａnn', 1), ('ann', 'ann', 2), ('Zoë', 'zoë', 2), ('ａNN', 'ａnN', 3);
      insert into vps (name, key) values ('асе', 'асе'), ('ace', 'ace'), ('Nova', 'nova');
      insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider)
      select 'h' || n, 80, 'http', '', gen_random_uuid(), '\\x00', p from unnest(array['acme', 'Acme', 'Acme', 'Other']) with ordinality t(p, n)`);
    await migrate(url, createLogger('silent'));
    const read = async (statement: string) => (await session.query({ text: statement, rowMode: 'array' })).rows;
    expect(await read('select id, name, key from models order by id')).toEqual([
      [1, 'Ａmber #1', 'amber#1'],
      [2, 'Amber', 'amber'],
      [3, 'Bella', 'bella'],
    ]);
    expect(await read('select id, username, key from accounts order by id')).toEqual([
      [1, 'ａnn #1', 'ann #1'],
      [2, 'ann', 'ann'],
      [3, 'Zoë', 'zoë'],
      [4, 'ａNN #4', 'ann #4'],
    ]);
    expect(await read('select name, key from vps order by id')).toEqual([
      ['асе #1', 'ace #1'],
      ['ace', 'ace'],
      ['Nova', 'nova'],
    ]);
    expect(await read('select provider from proxies order by id')).toEqual([['Acme'], ['Acme'], ['Acme'], ['Other']]);
    await session.end();
  } finally {
    await dropDatabase(url);
  }
});
