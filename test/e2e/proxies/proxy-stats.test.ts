import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
  await importProxies(3, 'acme');
  await addAccounts('ann', 4, 'Amber');
  await run(`update proxies set status = 'inactive' where id = 3`);
  await addAccounts('bea', 5, 'Béa 🌹');
  await addAccounts('hana', 1, '花子');
  await run(
    `insert into proxy_health (proxy_id, health) values (1, 'failing') on conflict (proxy_id) do update set health = 'failing'`,
  );
  await run(`update proxies set expires_at = now() + interval '3 days' where id = 2`);
});
afterAll(async () => {
  expect(bot.sandbox.violations).toEqual([]);
  await bot.stop();
});

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const run = (statement: string) => bot.database.pool.query(statement);

async function importProxies(count: number, provider: string): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) => `${provider}-${n}.example:8080:u${n}:p`);
  const file = { name: 'list.txt', data: Buffer.from(lines.join('\n')) };
  await (await bot.ops.command('/proxy import', { file, provider })).click(`Import ${count}`);
}

async function addAccounts(name: string, count: number, model: string): Promise<void> {
  for (let n = 0; n < count; n++) await bot.ops.command('/account add', { username: `${name}.${n}`, model });
}

test('an empty pool gets a friendly sentence and no picture', async () => {
  const empty = await startTestBot();
  const reply = await empty.ops.command('/proxy stats');
  expect(reply.text).toContain('No data yet');
  expect(reply.files).toEqual([]);
  await empty.stop();
});

test('the figures come first, then one picture with a text alternative', async () => {
  const reply = await bot.ops.command('/proxy stats');
  expect(reply.text).toContain('**4** assigned · 🟡 **6** waiting');
  expect(reply.text).toContain('**3** proxies missing');
  expect(reply.text).toContain('**1** failing · **1** expiring in 7 days');
  expect(reply.text).toContain('Béa 🌹 · 5 waiting · 2 proxies missing');
  const [picture] = reply.files.filter((file) => file.name === 'stats.png');
  expect((await picture?.bytes())?.subarray(0, 4)).toEqual(PNG);
  expect(JSON.stringify(reply.message.components)).toContain(
    'All proxies by load: 2 at 1/3, 1 at 2/3. By health: 1 failing, 2 unknown.',
  );
});

test('a button opens the list behind its figure, with as many rows as it says', async () => {
  const reply = await bot.ops.as('vera').command('/proxy stats');
  expect(reply.buttons).toEqual(['Waiting 6', 'Failing 1', 'Expiring 1', 'Free 1']);
  const click = async (label: string) => (await reply.click(label)).text;
  expect(await click('Waiting 6')).toContain('Accounts 1–6 of 6');
  expect(await click('Failing 1')).toContain('Proxies 1–1 of 1');
  expect(await click('Expiring 1')).toContain('Proxies 1–1 of 1');
  expect(await click('Free 1')).toContain('Proxies 1–1 of 1');
});

/** The free slots of the rows of a list. */
const slotsOf = (text: string) =>
  [...text.matchAll(/ (\d)\/3 /g)].reduce((total, [, load]) => total + 3 - Number(load), 0);

test.each([{}, { model: 'Amber' }, { model: 'Béa 🌹' }])(
  'the free slots %o are those of the list that the button opens',
  async (options) => {
    const reply = await bot.ops.command('/proxy stats', options);
    const [, slots, proxies = '0'] = /\*\*(\d+)\*\* free slots?(?: on (\d+) prox)?/.exec(reply.text) ?? [];
    expect(reply.buttons).toContain(`Free ${proxies}`);
    const listed = proxies === '0' ? '' : (await reply.click(`Free ${proxies}`)).text;
    expect(slotsOf(listed)).toBe(Number(slots));
  },
);

test('one model is counted alone, and its lists are of it alone', async () => {
  const reply = await bot.ops.command('/proxy stats', { model: 'AMBER', days: 2 });
  expect(reply.text).toContain('### Amber');
  expect(reply.text).toContain('**4** assigned · 🟡 **0** waiting');
  expect(reply.buttons).toContain('Waiting 0');
  expect((await reply.click('Failing 1')).text).toContain('model `Amber`');
  const unknown = await bot.ops.command('/proxy stats', { model: 'nobody' });
  expect(unknown.isEphemeral).toBe(true);
  expect(unknown.text).toContain('Unknown model “nobody”');
});

test('a name that the font cannot draw is a number in the picture, and complete in the message', async () => {
  const reply = await bot.ops.command('/proxy stats');
  expect(reply.text).toMatch(/In the chart: #\d+ 花子/);
});
