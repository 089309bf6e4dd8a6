import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { AxiosResponse } from 'axios';
import { type Document, OpenAPIClientAxios } from 'openapi-client-axios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { API_TOKEN, startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { launchBrowser } from '../../helpers/bot/browser.ts';

let bot: TestBot;
let document: Document;
beforeAll(async () => {
  bot = await startTestBot();
  document = (await (await askApi(bot, '/docs/json', { token: null })).json()) as Document;
});
afterAll(() => bot.stop());

test('the document is OpenAPI 3.1, and a public linter finds nothing in it', async () => {
  expect(document.openapi).toBe('3.1.0');
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
});

test('its pages work in a browser, which finds nothing to complain of', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('requestfailed', (request) => void complaints.push(request.url()));
    await page.goto(`${bot.apiUrl}/docs`);
    await page.getByText('Get the proxy of an account', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('a client made of the document imports, assigns, asks, reports, changes and removes', async () => {
  const call = async (token: string) => {
    const api = new OpenAPIClientAxios({ definition: document, axiosConfigDefaults: { baseURL: bot.apiUrl } });
    const client = await api.init();
    client.defaults.baseURL = bot.apiUrl;
    client.defaults.headers.common.authorization = `Bearer ${token}`;
    return async (operation: string, ...args: unknown[]) => {
      const run = (client as unknown as Record<string, (...args: unknown[]) => Promise<AxiosResponse>>)[operation];
      if (!run) throw new Error(`the document has no ${operation}`);
      return (await run(...args)).data;
    };
  };
  const operator = await call(API_TOKEN);
  const vps = await call(await addVps(bot, 'east-1'));
  const csv = { headers: { 'content-type': 'text/csv' } };
  const proxies = 'host,port,username,password\n203.0.113.1,8080,ann,pw\n203.0.113.2,8080,bea,pw\n';
  expect((await operator('importProxies', { mode: 'commit' }, proxies, csv)).done.import.count).toBe(2);
  const accounts = 'username,model,vps\nann,Amber,east-1\n';
  expect((await operator('importAccounts', { mode: 'commit' }, accounts, csv)).done.import.placed).toBe(1);
  const lookup = await vps('getAccountProxy', { id: 'ann' });
  expect(lookup).toMatchObject({ account: 'ann', model: 'Amber', proxy: { password: 'pw' } });
  expect(await vps('reportAccountProxy', { id: 'ann' }, { outcome: 'ok' })).toMatchObject({ proxy: lookup.proxy.id });
  const moved = await operator('assignProxy', null, { account: 'ann', reassign: true });
  expect(moved.proxy.id).not.toBe(lookup.proxy.id);
  expect((await vps('getAccountProxy', { id: 'ann' })).version).not.toBe(lookup.version);
  expect((await operator('listProxies', { search: '203.0.113' })).items).toHaveLength(2);
  expect((await operator('changeProxy', { id: lookup.proxy.id }, { label: 'rack 1' })).label).toBe('rack 1');
  expect(await operator('getVpsMap', { name: 'EAST-1' })).toMatchObject({
    vps: 'east-1',
    accounts: 1,
    drift: { undocumented: 0 },
    proxies: [{ id: moved.proxy.id, isDocumented: true, accounts: ['ann'] }],
  });
  expect(await operator('removeProxy', { id: lookup.proxy.id })).toMatchObject({ moved: 0, waiting: 0 });
  expect(await operator('isAlive')).toEqual({ status: 'ok' });
  expect(await operator('isReady')).toMatchObject({ status: 'ready' });
  expect(await operator('readMetrics')).toContain('proxy_ops_proxies');
});
