import { afterAll, beforeAll, expect, test } from 'vitest';
import { suggestAccounts, suggestProxies, suggestValues } from '../../../../src/db/queries/suggestions.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
const run = (statement: string) => database.pool.query(statement);

beforeAll(async () => {
  database = await createTestDatabase();
  await run(`insert into proxies (host, port, type, username, label, credential_id, password_fingerprint, provider, country, tags, removed_at)
    select host, 8080, 'http', name, label, gen_random_uuid(), '\\x00', provider, country, string_to_array(tags, ' '), removed::timestamptz
    from (values
      ('10.0.0.1', 'ada-qz', null, 'Acme', 'DE', 'eu fast', null),
      ('gate.example', 'u_qz', 'Quiet', 'bolt', 'FR', 'eu', null),
      ('10.0.0.3', 'bertqz', 'Zed', null, null, '', null),
      ('10.0.0.4', '100%', 'x', 'Acme', 'DE', (select string_agg('t' || n, ' ') from generate_series(1, 20) n), null),
      ('10.0.0.5', 'qz', 'gone', 'Gone', 'GB', 'gone', now()::text)
    ) as v(host, name, label, provider, country, tags, removed)`);
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '10.1.' || n / 256 || '.' || n % 256, 8080, 'http', 'filler', gen_random_uuid(), '\\x00' from generate_series(1, 5000) n`);
  await run(`insert into models (name, key) values ('Amber', 'amber')`);
  await run(`insert into accounts (username, key, model_id, label, removed_at)
    select name, name, 1, label, removed::timestamptz from (values
      ('anna.qz', null, null), ('bellaqz', 'Xanthe one', null), ('gone.qz', null, now()::text)) as v(name, label, removed)`);
  await run(
    `insert into accounts (username, key, model_id) select 'filler' || n, 'filler' || n, 1 from generate_series(1, 5000) n`,
  );
});
afterAll(() => database.drop());

const proxies = async (typed: string, count = 25) =>
  (await suggestProxies(database.reads, typed, count)).map(({ id }) => id);
const accounts = async (typed: string) =>
  (await suggestAccounts(database.reads, typed, 25)).map(({ username }) => username);
const values = (column: 'provider' | 'country' | 'tag', typed: string) =>
  suggestValues(database.reads, column, typed, 25);

test('three letters are found wherever they stand in host, username or label, without case', async () => {
  expect(await proxies('ERT')).toEqual([3]);
  expect(await proxies('uie')).toEqual([2]);
  expect(await proxies('gate.ex')).toEqual([2]);
  expect(await proxies('00%')).toEqual([4]);
  expect(await accounts('laq')).toEqual(['bellaqz']);
  expect(await accounts('XANT')).toEqual(['bellaqz']);
});

test('one or two letters are found at the start of every word, and anywhere in the newest', async () => {
  expect(await proxies('qz')).toEqual([1, 2]);
  expect(await accounts('q')).toEqual(['anna.qz']);
  const newest = await run(
    `insert into proxies (host, port, type, username, credential_id, password_fingerprint) values ('10.9.0.1', 1, 'http', 'newqz', gen_random_uuid(), '\\x00') returning id`,
  );
  expect(await proxies('QZ')).toEqual([1, 2, newest.rows[0].id]);
});

test('a number comes first, nothing typed finds the newest, and what is removed is never found', async () => {
  expect((await proxies('#4'))[0]).toBe(4);
  expect((await proxies('3', 3))[0]).toBe(3);
  expect(await proxies('5')).not.toContain(5);
  const { rows } = await run('select max(id) as newest from proxies');
  expect(await proxies('', 2)).toEqual([rows[0].newest, rows[0].newest - 1]);
  expect(await accounts('gone')).toEqual([]);
});

test('providers, countries and tags are each value once, in order, of what is there', async () => {
  expect(await values('provider', '')).toEqual(['Acme', 'bolt']);
  expect(await values('provider', 'OL')).toEqual(['bolt']);
  expect(await values('country', '')).toEqual(['DE', 'FR']);
  expect(await values('country', '%')).toEqual([]);
  expect(await values('tag', '')).toEqual(expect.arrayContaining(['eu', 'fast', 't1', 't10', 't11', 't20']));
  expect(await values('tag', 'gone')).toEqual([]);
  expect(await values('tag', 't20')).toEqual(['t20']);
});
