import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';

let bot: TestBot;
const actor = { id: 'test', name: 'test' };
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test looks at the parts that it is about.
  body: any;
}

async function ask(method: string, path: string, sent: RequestInit = {}): Promise<Answer> {
  const answer = await askApi(bot, path, { method, ...sent });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}
const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});
const CSV = { 'content-type': 'text/csv' };
const text = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  body,
  headers: { 'content-type': 'text/plain', ...headers },
});

const POOL = [
  'host,port,country',
  ...['DE', 'FR', 'NL', 'ES', 'SE'].map((country, index) => `203.0.113.${index + 1},8080,${country}`),
].join('\n');

/** Imports five proxies, each of another country. */
async function importPool(): Promise<void> {
  const { body } = await ask('POST', '/api/proxies/import?mode=commit', { body: POOL, headers: CSV });
  expect(body.done.import.count).toBe(5);
}

const MODELS = { ann: 'Amber', cyd: 'Birch', dee: 'Dawn' };

/** Adds an account, which gets a proxy. @returns the number of the proxy */
async function assigned(username: keyof typeof MODELS): Promise<number> {
  await bot.services.accounts.add(actor, { username, model: MODELS[username] });
  return proxyOf(username);
}

async function proxyOf(username: string): Promise<number> {
  const { rows } = await bot.database.pool.query<{ id: number }>(
    `select s.proxy_id as id from account_proxy_assignments s join accounts a on a.id = s.account_id where a.key = $1`,
    [username],
  );
  return rows[0]?.id ?? 0;
}

test('a list is previewed, changes nothing, and is committed by the number of its preview', async () => {
  const preview = await ask(
    'POST',
    '/api/proxies/import?type=socks5&provider=North',
    text('203.0.113.1:1080:ann:s3cret\n999'),
  );
  expect([preview.status, preview.body.state, preview.body.counts.new, preview.body.counts.invalid]).toEqual([
    200,
    'open',
    1,
    1,
  ]);
  expect((await ask('GET', '/api/proxies')).body.total).toBe(0);
  const done = await ask('POST', `/api/proxies/import?mode=commit&plan=${preview.body.plan}`);
  expect([done.status, done.body.done.import.count]).toEqual([200, 1]);
  const { body } = await ask('GET', '/api/proxies');
  expect(body.items).toMatchObject([
    { host: '203.0.113.1', type: 'socks5', provider: 'North', usage: { accounts: 0, limit: 3 } },
  ]);
  expect(JSON.stringify(body)).not.toContain('s3cret');
});

test('CSV, JSON and a multipart form with a file are read as well', async () => {
  const csv = 'host,port,country\n203.0.113.10,8080,DE\n203.0.113.11,8080,FR\n';
  const asCsv = await ask('POST', '/api/proxies/import?mode=commit', { body: csv, headers: CSV });
  expect(asCsv.body.done.import.count).toBe(2);
  const asJson = await ask(
    'POST',
    '/api/proxies/import?mode=commit',
    json([{ host: '203.0.113.12', port: 8080, country: 'NL' }]),
  );
  expect(asJson.body.done.import.count).toBe(1);
  const form = new FormData();
  form.append('file', new File(['203.0.113.13:8080'], 'list.txt', { type: 'text/plain' }));
  const asForm = await ask('POST', '/api/proxies/import?mode=commit', { body: form });
  expect(asForm.body.done.import.count).toBe(1);
});

test('accounts are imported and assigned at once', async () => {
  await importPool();
  const csv = 'username,model\nann,Amber\nbea,Amber\ncyd,Birch\n';
  const { status, body } = await ask('POST', '/api/accounts/import?mode=commit', { body: csv, headers: CSV });
  expect([status, body.done.import.placed]).toEqual([200, 3]);
});

test('a body that is not a list is refused with the reason', async () => {
  const code = async (path: string, sent: RequestInit) => {
    const { status, body } = await ask('POST', path, sent);
    return [status, body.code];
  };
  expect(await code('/api/proxies/import', text('# nothing\n'))).toEqual([422, 'no_rows']);
  expect(await code('/api/proxies/import', { body: '{', headers: { 'content-type': 'application/json' } })).toEqual([
    422,
    'bad_json',
  ]);
  expect(await code('/api/proxies/import', {})).toEqual([400, 'no_source']);
  expect(await code('/api/proxies/import', { body: 'x', headers: { 'content-type': 'image/png' } })).toEqual([
    415,
    'media_type',
  ]);
  expect(await code('/api/proxies/import?plan=999', {})).toEqual([404, 'import_unknown']);
  expect(await code('/api/proxies/import', text(`${'x'.repeat(1024 * 1024)}\n`.repeat(26)))).toEqual([
    413,
    'too_large',
  ]);
});

test('pages follow each other without a gap, and a cursor of another list is refused', async () => {
  await importPool();
  const seen: number[] = [];
  let cursor = '';
  do {
    const { body } = await ask('GET', `/api/proxies?limit=2&sort=usage${cursor}`);
    seen.push(...body.items.map((item: { id: number }) => item.id));
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor);
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
  const { body } = await ask('GET', '/api/proxies?limit=2');
  expect((await ask('GET', `/api/proxies?limit=2&country=DE&cursor=${body.next}`)).body.code).toBe('bad_cursor');
  expect((await ask('GET', '/api/proxies?country=de')).body.items).toHaveLength(1);
  expect((await ask('GET', '/api/proxies?usage=free&colour=red')).body).toMatchObject({ status: 400, code: 'invalid' });
});

test('a list that is known already is not sent again', async () => {
  await importPool();
  const first = await ask('GET', '/api/proxies?country=DE');
  const tag = first.headers.get('etag') ?? '';
  const again = await ask('GET', '/api/proxies?country=DE', { headers: { 'if-none-match': `"x", W/${tag}` } });
  expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, null, tag]);
  await ask('PATCH', `/api/proxies/${first.body.items[0].id}`, json({ label: 'rack 1' }));
  expect((await ask('GET', '/api/proxies?country=DE', { headers: { 'if-none-match': tag } })).status).toBe(200);
});

test('a change sets, clears and refuses by the rules of an import', async () => {
  await importPool();
  const id = (await ask('GET', '/api/proxies?country=FR')).body.items[0].id;
  const set = await ask(
    'PATCH',
    `/api/proxies/${id}`,
    json({ label: 'a', country: 'Spain', tags: ['x', 'y'], expiresAt: '2030-01-01T00:00:00Z' }),
  );
  expect(set.body).toMatchObject({
    label: 'a',
    country: 'ES',
    expiresAt: '2030-01-01T00:00:00.000Z',
    moved: 0,
    waiting: 0,
  });
  expect((await ask('PATCH', `/api/proxies/${id}`, json({ label: null, expiresAt: null }))).body).toMatchObject({
    label: null,
    expiresAt: null,
  });
  expect((await ask('PATCH', `/api/proxies/${id}`, json({ addTags: ['z'], dropTags: ['x'] }))).status).toBe(200);
  expect((await ask('GET', '/api/proxies?tag=z')).body.items[0].id).toBe(id);
  const code = async (body: unknown, at = id) => (await ask('PATCH', `/api/proxies/${at}`, json(body))).body.code;
  expect(await code({})).toBe('nothing_to_set');
  expect(await code({ country: 'Atlantis' })).toBe('bad_field');
  expect(await code({ expiresAt: '2001-01-01T00:00:00Z' })).toBe('bad_field');
  expect(await code({ label: 'a\u0000b' })).toBe('invalid');
  expect(await code({ label: 'a' }, 4711)).toBe('proxy_unknown');
});

test('a proxy that is switched off gives its accounts to others, with the reason in their history', async () => {
  await importPool();
  const id = await assigned('cyd');
  const off = await ask('PATCH', `/api/proxies/${id}`, json({ status: 'blocked', reason: 'burned' }));
  expect(off.body).toMatchObject({ status: 'blocked', usage: { accounts: 0 }, moved: 1, waiting: 0 });
  expect(await proxyOf('cyd')).not.toBe(id);
  const { rows } = await bot.database.pool.query(
    `select end_reason, ended_by from assignment_history where proxy_id = $1 and ended_at is not null`,
    [id],
  );
  expect(rows).toEqual([{ end_reason: 'proxy blocked: burned', ended_by: 'token:operator' }]);
  expect((await ask('PATCH', `/api/proxies/${id}`, json({ status: 'active' }))).body.status).toBe('active');
});

test('removing answers with what happened to the accounts, and refuses where they would wait', async () => {
  await importPool();
  await assigned('ann');
  const id = await assigned('cyd');
  const moved = await ask('DELETE', `/api/proxies/${id}?reason=old`);
  expect(moved.body).toMatchObject({
    id,
    moved: 1,
    waiting: 0,
    accounts: [{ account: 'cyd', proxy: expect.any(Number) }],
  });
  const others = (await ask('GET', '/api/proxies?usage=unused')).body.items.map((each: { id: number }) => each.id);
  for (const other of others) expect((await ask('DELETE', `/api/proxies/${other}`)).status).toBe(200);
  const last = moved.body.accounts[0].proxy;
  const refused = await ask('DELETE', `/api/proxies/${last}`);
  expect([refused.status, refused.body.code]).toEqual([409, 'accounts_would_wait']);
  const forced = await ask('DELETE', `/api/proxies/${last}?force=true`);
  expect(forced.body).toMatchObject({ moved: 0, waiting: 1, accounts: [{ account: 'cyd', proxy: null }] });
  expect((await ask('DELETE', `/api/proxies/${last}`)).status).toBe(404);
});

test('a request with a key is done once, and its repetition gets the first answer', async () => {
  await importPool();
  await assigned('ann');
  await assigned('dee');
  const key = { 'idempotency-key': 'k-1' };
  const body = { account: 'dee', reassign: true };
  const [first, second] = await Promise.all([
    ask('POST', '/api/proxies/assign', json(body, key)),
    ask('POST', '/api/proxies/assign', json(body, key)),
  ]);
  const answers = [first, second].filter((each) => each.status === 200);
  expect(answers.length).toBeGreaterThan(0);
  const third = await ask('POST', '/api/proxies/assign', json(body, key));
  expect([third.status, third.body, third.headers.get('idempotent-replayed')]).toEqual([200, answers[0]?.body, 'true']);
  const reused = await ask('POST', '/api/proxies/assign', json({ account: 'ann' }, key));
  expect([reused.status, reused.body.code]).toEqual([422, 'key_reused']);
  const { rows } = await bot.database.pool.query(
    `select 1 from audit_log where action = 'account.assign' and entity_id = (select id::text from accounts where key = 'dee')`,
  );
  expect(rows).toHaveLength(1);
});

test('a refusal is repeated too, and names the rule that forbids the assignment', async () => {
  await importPool();
  await assigned('dee');
  const key = { 'idempotency-key': 'k-2' };
  const refused = await ask('POST', '/api/proxies/assign', json({ account: 'dee' }, key));
  expect([refused.status, refused.body.code]).toEqual([409, 'has_proxy']);
  const again = await ask('POST', '/api/proxies/assign', json({ account: 'dee' }, key));
  expect([again.status, again.body, again.headers.get('content-type')]).toEqual([
    409,
    refused.body,
    'application/problem+json',
  ]);
  expect((await ask('POST', '/api/proxies/assign', json({ account: 'nobody' }))).status).toBe(404);
});
