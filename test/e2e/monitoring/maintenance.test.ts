import { afterAll, beforeAll, expect, test } from 'vitest';
import { USER_IDS } from '../../../sandbox/server/ids.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';

let bot: TestBot;
let acme: number[];
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const isAnnouncement = ({ text, isEphemeral }: Reply) => !isEphemeral && /^### \S+ Maintenance of acme/.test(text);
const isIncident = ({ text }: Reply) => /^### 🔴 /u.test(text);

beforeAll(async () => {
  bot = await startTestBot();
  const text = '203.0.113.1:8080:u:p\n203.0.113.2:8080:u:p';
  const file = { name: 'a.txt', data: Buffer.from(text) };
  await (await bot.ops.command('/proxy import', { file, provider: 'acme' })).click('Import 2');
  acme = (await run('select id from proxies order by id')).map(({ id }) => id as number);
});
afterAll(() => bot.stop());

test('maintenance is announced, listed and ended early; what still fails is one incident then', async () => {
  const answer = await bot.ops.command('/alerts maintenance', { hours: 3, provider: 'ACME', reason: 'new *routers*' });
  expect(answer.isEphemeral).toBe(true);
  const announcement = await bot.ops.waitFor(isAnnouncement);
  expect(announcement.text).toMatch(/^### 🛠️ Maintenance of acme until <t:\d+:f>\nnew \\\*routers\\\*\nChecks go on\./u);
  await changeHealth(bot, 'failing', acme.slice(0, 1));
  await changeHealth(bot, 'failing', acme.slice(1), { at: new Date(Date.now() - 30 * 60_000) });
  const list = await bot.ops.command('/alerts list');
  expect(list.text).toMatch(
    /\*\*Maintenance\*\*\n- 🛠️ \[Maintenance of acme\]\(https:.*\) until .* · new \\\*routers\\\* · <@/u,
  );
  expect(list.text).toContain('2 proxies failing');
  expect(bot.ops.messages().filter(isIncident)).toEqual([]);

  const refused = await (await bot.ops.as('vera').waitFor(isAnnouncement)).click('End maintenance');
  expect(refused.isEphemeral).toBe(true);
  const over = await announcement.click('End maintenance');
  expect(over.text).toMatch(
    /^### ✅ Maintenance of acme is over after \d+ s\n🔴 \*\*2 proxies still fail\*\*: incident #\d+/,
  );
  expect(over.text).toContain(`-# Ended by <@${USER_IDS.otto}>`);
  expect(over.buttons).toEqual([]);
  await bot.ops.waitFor((message) => isIncident(message) && message.text.includes('2 proxies failing · acme'));
  expect(bot.ops.messages().filter(isIncident)).toHaveLength(1);
  const [{ id }] = await run(`select id from maintenances where provider = 'acme'`);
  expect((await bot.ops.command('/audit', { entity: 'settings' })).text).toContain(
    `announced maintenance #${id} of acme`,
  );
  expect(bot.sandbox.violations).toEqual([]);
});

test('a start that has passed is refused, a planned one is cancelled', async () => {
  const refused = await bot.ops.command('/alerts maintenance', { hours: 1, start: '2020-01-01 10:00' });
  expect(refused.text).toContain('The start must be in the future.');
  const start = new Date(Date.now() + 24 * 3_600_000).toISOString();
  await bot.ops.command('/alerts maintenance', { hours: 1, start });
  const planned = await bot.ops.waitFor(({ text }) => text.startsWith('### 🗓️ Maintenance is planned'));
  expect((await planned.click('End maintenance')).text).toContain('### ✅ Maintenance was cancelled');
});
