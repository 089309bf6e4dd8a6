import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { API_TOKEN, startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
let east = '';
let west = '';
const actor = { id: 'test', name: 'test' };
beforeAll(async () => {
  bot = await startTestBot();
  east = await addVps(bot, 'east-1');
  west = await addVps(bot, 'west-1');
  const bytes = Buffer.from('203.0.113.1:8080:ann:p%40ss/w0rd\n203.0.113.2:1080');
  const { planId, counts } = await bot.services.imports.stage(actor, {
    name: null,
    bytes,
    defaults: { type: 'http' },
    source: null,
  });
  await bot.services.imports.apply(actor, planId, 'import', counts.new);
  await bot.services.accounts.add(actor, { username: 'Ann.One', model: 'Amber', vps: 'east-1' });
  await bot.services.accounts.add(actor, { username: 'bea', model: 'Birch', vps: 'west-1' });
  await bot.services.accounts.add(actor, { username: 'cyd', model: 'Cedar', vps: 'east-1' });
});
afterAll(() => bot.stop());

const ask = async (path: string, token?: string | null) => {
  const answer = await askApi(bot, path, token === undefined ? {} : { token });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
};

test('an account’s proxy comes with its credentials, by username in any case and by number', async () => {
  const { status, body, headers } = await ask('/api/accounts/ANN.one/proxy', east);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({ account: 'Ann.One', model: 'Amber' });
  const { proxy } = body as { proxy: { url: string; host: string; password: string | null } };
  const sample = await bot.services.proxies.credentials(actor, (body.proxy as { id: number }).id);
  expect(proxy.password).toBe(sample.password);
  expect(new URL(proxy.url).hostname).toBe(proxy.host);
  const { rows } = await bot.database.pool.query<{ id: number }>(`select id from accounts where key = 'ann.one'`);
  for (const id of [`${rows[0]?.id}`, `%23${rows[0]?.id}`]) {
    expect((await ask(`/api/accounts/${id}/proxy`, east)).body).toEqual(body);
  }
});

test('every response without a proxy has a reason', async () => {
  const codes = async (path: string, token: string) => {
    const { status, body, headers } = await ask(path, token);
    return [status, body.code, headers.get('content-type')];
  };
  const type = 'application/problem+json';
  expect(await codes('/api/accounts/nobody/proxy', API_TOKEN)).toEqual([404, 'account_unknown', type]);
  expect(await codes('/api/accounts/nobody/proxy', east)).toEqual([404, 'account_of_another', type]);
  expect(await codes('/api/accounts/bea/proxy', east)).toEqual([404, 'account_of_another', type]);
  expect((await ask('/api/accounts/nobody/proxy', east)).body).toEqual(
    (await ask('/api/accounts/bea/proxy', east)).body,
  );
  expect(await codes('/api/accounts/cyd/proxy', east)).toEqual([404, 'account_waiting', type]);
  await bot.services.assignments.unassign(actor, await bot.services.accounts.resolve('cyd'), 'rest');
  expect(await codes('/api/accounts/cyd/proxy', east)).toEqual([404, 'account_held', type]);
});

test('a name that is one account’s number and another one’s username is refused until it is said which', async () => {
  const { rows } = await bot.database.pool.query<{ id: number }>(`select id from accounts where key = 'ann.one'`);
  const number = `${rows[0]?.id}`;
  await bot.services.accounts.add(actor, { username: number, model: 'Amber' });
  expect((await ask(`/api/accounts/${number}/proxy`)).body.code).toBe('account_ambiguous');
  expect((await ask(`/api/accounts/${number}/proxy?by=id`)).body.account).toBe('Ann.One');
  expect((await ask(`/api/accounts/${number}/proxy?by=username`)).body.account).toBe(number);
  // The other one is not on this VPS, so for its token there is only one.
  expect((await ask(`/api/accounts/${number}/proxy`, east)).body.account).toBe('Ann.One');
});

test('each look marks the proxy as used and handed out, and is audited once a token, account and hour', async () => {
  const before = Date.now();
  await ask('/api/accounts/bea/proxy', west);
  await ask('/api/accounts/bea/proxy', west);
  await ask('/api/accounts/bea/proxy');
  const query = <T extends object>(text: string) => bot.database.pool.query<T>(text).then(({ rows }) => rows);
  const handed = `select handed_out_at from account_proxy_assignments s join accounts a on a.id = s.account_id where a.key = 'bea'`;
  expect((await query<{ handed_out_at: Date | null }>(handed))[0]?.handed_out_at).not.toBeNull();
  const audit = `select actor_id from audit_log where action = 'account.lookup' and entity_id = (select id::text from accounts where key = 'bea') order by actor_id`;
  await expect.poll(() => query<{ actor_id: string }>(audit)).toHaveLength(2);
  expect((await query<{ actor_id: string }>(audit)).map((row) => row.actor_id)).toEqual([
    'token:operator',
    expect.stringMatching(/^token:west-1#\d+$/),
  ]);
  const used = await query<{ at: Date }>(`select max(last_used_at) as at from proxy_use`);
  expect(used[0]?.at.getTime()).toBeGreaterThan(before - 2_000);
});

test('a report counts as a check of the proxy, with its source; an equal one is stored once, and an old one is refused', async () => {
  const report = (body: unknown, token = west) =>
    askApi(bot, '/api/accounts/bea/proxy/report', {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const timeout = { outcome: 'timeout', detail: 'no answer\nin 10 s', at: new Date().toISOString() };
  const answer = await report(timeout);
  expect([answer.status, await answer.json()]).toEqual([200, { proxy: expect.any(Number), health: 'degraded' }]);
  const repeated = await report(timeout);
  expect([repeated.status, await repeated.json()]).toEqual([200, { proxy: expect.any(Number), health: null }]);
  const { rows } = await bot.database.pool.query(`select outcome, detail, source, reporter from proxy_checks`);
  expect(rows).toEqual([
    { outcome: 'timeout', detail: 'no answer in 10 s', source: 'report', reporter: expect.stringMatching(/west-1/) },
  ]);
  const code = async (response: Promise<Response>) => ((await (await response).json()) as { code: string }).code;
  expect(await code(report({ outcome: 'timeout', at: '2020-01-01T00:00:00Z' }))).toBe('report_age');
  expect(await code(report({ outcome: 'timeout', proxy: 999 }))).toBe('report_moved');
  expect(await code(report({ outcome: 'broken' }))).toBe('invalid');
  expect((await report({ outcome: 'captive' })).status).toBe(200);
  const former = await bot.database.pool.query(`select outcome from proxy_checks where outcome like 'captive%'`);
  expect(former.rows).toEqual([{ outcome: 'captive_portal' }]);
  expect(await code(report({ outcome: 'ok' }, east))).toBe('account_of_another');
});

test('a token that is revoked is refused at once, and so is one that is wrong in its last letter', async () => {
  const token = await addVps(bot, 'east-2');
  const id = Number(token.split('_')[1]);
  expect((await ask('/api/accounts/nobody/proxy', token)).status).toBe(404);
  const wrong = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
  expect((await ask('/api/accounts/nobody/proxy', wrong)).status).toBe(401);
  await bot.services.tokens.revoke(actor, id);
  const refused = await ask('/api/accounts/nobody/proxy', token);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="proxy-ops"']);
  expect((await ask('/api/accounts/nobody/proxy', null)).status).toBe(401);
  expect((await ask(`/api/accounts/nobody/proxy?token=${east}`, null)).status).toBe(401);
});
