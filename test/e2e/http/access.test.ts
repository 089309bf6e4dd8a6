import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { API_TOKEN, startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
const tokens: Record<string, string | null> = { nobody: null, operator: API_TOKEN };
beforeAll(async () => {
  bot = await startTestBot();
  tokens['the VPS'] = await addVps(bot, 'east-1');
  tokens['another VPS'] = await addVps(bot, 'west-1');
  const revoked = await addVps(bot, 'old-1');
  await bot.services.tokens.revoke({ id: 'test', name: 'test' }, Number(revoked.split('_')[1]));
  tokens['a revoked token'] = revoked;
  const actor = { id: 'test', name: 'test' };
  const file = { name: null, bytes: Buffer.from('203.0.113.1:8080'), defaults: {}, source: null };
  const { planId } = await bot.services.imports.stage(actor, file);
  await bot.services.imports.apply(actor, planId, 'import', 1);
  await bot.services.accounts.add(actor, { username: 'ann', model: 'Amber', vps: 'east-1' });
});
afterAll(() => bot.stop());

const json = { 'content-type': 'application/json' };
/** Every route of the document with a request that would be answered, were the caller allowed. */
const REQUESTS: Record<string, RequestInit & { path: string }> = {
  'GET /healthz': { path: '/healthz' },
  'GET /readyz': { path: '/readyz' },
  'GET /metrics': { path: '/metrics', headers: { 'x-forwarded-for': '198.51.100.1' } },
  'GET /api/accounts/{id}/proxy': { path: '/api/accounts/ann/proxy' },
  'POST /api/accounts/{id}/proxy/report': {
    path: '/api/accounts/ann/proxy/report',
    method: 'POST',
    headers: json,
    body: '{"outcome":"ok"}',
  },
  'GET /api/proxies': { path: '/api/proxies' },
  'PATCH /api/proxies/{id}': { path: '/api/proxies/1', method: 'PATCH', headers: json, body: '{"label":"x"}' },
  'DELETE /api/proxies/{id}': { path: '/api/proxies/4711', method: 'DELETE' },
  'POST /api/proxies/assign': { path: '/api/proxies/assign', method: 'POST', headers: json, body: '{"account":"ann"}' },
  'GET /api/vps/{name}/map': { path: '/api/vps/east-1/map' },
  'GET /api/alerts': { path: '/api/alerts' },
  'POST /api/alerts/{id}/acknowledge': { path: '/api/alerts/4711/acknowledge', method: 'POST' },
  'GET /api/sources': { path: '/api/sources' },
  'POST /api/sources/{name}/sync': { path: '/api/sources/none/sync', method: 'POST' },
  'POST /api/proxies/import': { path: '/api/proxies/import', method: 'POST', headers: json, body: '[]' },
  'POST /api/accounts/import': { path: '/api/accounts/import', method: 'POST', headers: json, body: '[]' },
};
const OPEN = ['GET /healthz', 'GET /readyz'];
const OF_VPS = ['GET /api/accounts/{id}/proxy', 'POST /api/accounts/{id}/proxy/report'];

function expected(route: string, caller: string): string {
  if (OPEN.includes(route) || caller === 'operator') return 'answered';
  if (caller === 'nobody' || caller === 'a revoked token') return '401 no_token';
  if (!OF_VPS.includes(route)) return '403 not_allowed';
  return caller === 'the VPS' ? 'answered' : '404 account_of_another';
}

for (const [route, { path, ...init }] of Object.entries(REQUESTS)) {
  for (const caller of ['nobody', 'operator', 'the VPS', 'another VPS', 'a revoked token']) {
    test(`${route} by ${caller}: ${expected(route, caller)}`, async () => {
      const answer = await askApi(bot, path, { ...init, token: tokens[caller] ?? null });
      const text = await answer.text();
      const isRefused = [401, 403].includes(answer.status) || text.includes('account_of_another');
      expect(isRefused ? `${answer.status} ${JSON.parse(text).code}` : 'answered').toBe(expected(route, caller));
      expect(answer.status).toBeLessThan(500);
    });
  }
}

test('every route of the document is tried above', async () => {
  const document = (await (await askApi(bot, '/docs/json', { token: null })).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.sort()).toEqual(Object.keys(REQUESTS).sort());
});

test('a token with too many requests has to wait, and others do not', async () => {
  // The limit holds for a minute, and would refuse the requests of the other tests as well.
  const limited = await startTestBot();
  onTestFinished(() => limited.stop());
  const burst = Array.from({ length: 301 }, () => askApi(limited, '/api/proxies', { token: 'x'.repeat(20) }));
  const answers = await Promise.all(burst.map(async (each) => (await each).status));
  expect([...new Set(answers)].sort()).toEqual([401, 429]);
  const refused = await askApi(limited, '/api/proxies', { token: null });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expect(await refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
  expect((await askApi(limited, '/api/proxies')).status).toBe(200);
});
