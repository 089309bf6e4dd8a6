import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { STALE_NOTICE } from '../../../src/kit/stale-notice.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const MODELS = ['Amber', 'Bella', 'Cara', 'Dora', 'Emma'];
const EACH = 80;

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const one = async (statement: string) => (await run(statement))[0];
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

let made = 0;
async function importProxies(count: number) {
  const lines = Array.from({ length: count }, () => `198.51.${100 + Math.floor(++made / 250)}.${made % 250}:8080:u:p`);
  const preview = await bot.ops.command('/proxy import', {
    file: { name: 'proxies.txt', data: Buffer.from(lines.join('\n')) },
  });
  return { preview, done: await preview.click(`Import ${count}`) };
}

const BROKEN = `select proxy_id from account_proxy_assignments group by proxy_id having count(*) > 3 or count(distinct model_id) > 1`;

test('from an import to a forbidden assignment: 100 proxies, 400 accounts of five models, then 40 proxies more', async () => {
  await importProxies(100);
  const usernames = MODELS.flatMap((model) => Array.from({ length: EACH }, (_, n) => `${model}.${n},${model}`));
  const plan = await bot.ops.command('/account import', {
    file: { name: 'accounts.csv', data: Buffer.from(`username,model\n${usernames.join('\n')}`) },
  });
  expect(plan.text).toContain('**400 accounts**: 300 get a proxy, 100 wait');
  expect(plan.text).toMatch(/(\d+) more proxies needed/);
  expect((await plan.click('Import and assign')).text).toContain('✅ **Imported 400**');
  expect(await one('select count(*)::int from account_proxy_assignments')).toEqual({ count: 300 });

  const more = await importProxies(40);
  expect(more.preview.text).toContain('**100** of 100 waiting accounts');
  expect(more.done.text).toContain('100 waiting accounts got a proxy');
  expect(await run(BROKEN)).toEqual([]);
  const { waiting } = await one('select count(*)::int as waiting from waiting_accounts');
  expect(waiting).toBe(0);

  const question = await bot.ops.command('/proxy assign', { account: 'amber.7' });
  expect(question.buttons).toEqual(['Reassign', 'Cancel']);
  expect((await question.click('Reassign')).text).toMatch(/Moved from #\d+ to #\d+ · <@/);

  const { id: other, address } = await one(
    `select p.id, p.host || ':' || p.port as address from proxies p join proxy_model_claims c on c.proxy_id = p.id
     join models m on m.id = c.model_id where m.name = 'Bella' order by p.id limit 1`,
  );
  const refusal = await bot.ops.command('/proxy assign', { account: 'amber.7', proxy: `#${other}` });
  expect(refusal.isEphemeral).toBe(true);
  expect(refusal.text.replaceAll('\\', '')).toContain(
    `#${other} (${address}) is used by Bella; a proxy serves one model only.`,
  );
  const label = refusal.buttons[0] ?? '';
  const nearest = Number(/^Assign #(\d+)$/.exec(label)?.[1]);
  await refusal.click(label);
  const card = await bot.ops.waitFor((message) => message.text.includes(`to #${nearest} · <@`));
  expect(card.isEphemeral).toBe(false);
  expect(bot.ops.messages().some((message) => message.buttons.includes(label))).toBe(false);
  expect(
    await one(
      `select s.proxy_id as id from account_proxy_assignments s join accounts a on a.id = s.account_id where a.key = 'amber.7'`,
    ),
  ).toEqual({ id: nearest });
  const history =
    await run(`select h.started_by as by, h.ended_by as ended, h.end_reason as why from assignment_history h
    join accounts a on a.id = h.account_id where a.key = 'amber.7' order by h.id`);
  expect(history.map(({ why }) => why)).toEqual([expect.stringMatching(/^moved to #/), `moved to #${nearest}`, null]);
  expect(new Set(history.map(({ by }) => by)).size).toBe(1);
});

test('if the nearest proxy was taken in the meantime, its button refuses in the same way', async () => {
  const [full = 0] = await insertProxies(bot.database, { provider: 'full', count: 1, network: 59 });
  await assignAccounts(bot.database, [full], { model: 'Bella', each: 3 });
  const spare = await insertProxies(bot.database, { provider: 'spare', count: 2, network: 60 });
  await bot.ops.command('/account add', { username: 'finn', model: 'Finn' });
  const refusal = await bot.ops.command('/proxy assign', { account: 'finn', proxy: `#${full}` });
  const label = refusal.buttons[0] ?? '';
  expect(label).toBe(`Assign #${spare[1]}`);
  await run(`update proxies set status = 'inactive' where id = ${spare[1]}`);
  await refusal.click(label);
  const again = await bot.ops.waitFor(
    (message) =>
      message.text.includes(`#${spare[1]} `) && message.text.includes('takes no new accounts: it is inactive.'),
  );
  expect(again.isEphemeral).toBe(true);
});

test('a fill that is short of proxies says whom to move together, and a button plans that', async () => {
  const loose = await insertProxies(bot.database, { provider: 'loose', count: 6, network: 61 });
  await assignAccounts(bot.database, loose, { model: 'Gina', each: 1 });
  await bot.ops.command('/account add', { username: 'hana', model: 'Hana' });
  const plan = await bot.ops.command('/proxy fill');
  expect(plan.text).toContain('Moving the accounts of Gina together would free **4 proxies**.');
  const preview = await plan.click('Move Gina together');
  expect(preview.text).toContain('**Gina**');
  expect((await preview.click('Apply 4')).text).toContain('1 waiting account got a proxy');
  const [{ proxies }] = await run(`select count(distinct s.proxy_id)::int as proxies from account_proxy_assignments s
    join models m on m.id = s.model_id where m.name = 'Gina'`);
  expect(proxies).toBe(2);
});

test('accounts that get a proxy by a move, an unassignment or a removal are listed in the same message', async () => {
  const [only] = await insertProxies(bot.database, { provider: 'only', count: 1, network: 62 });
  await assignAccounts(bot.database, [only ?? 0], { model: 'Iris', each: 3 });
  for (const username of ['iris.four', 'iris.five']) await bot.ops.command('/account add', { username, model: 'Iris' });
  const unassigned = await bot.ops.command('/proxy unassign', { account: `Iris.${only}.1` });
  expect(unassigned.text).toContain('✅ Unassigned and put on hold; 1 waiting account got a proxy');
  const question = await bot.ops.command('/account remove', { account: `Iris.${only}.2` });
  expect((await question.click('Remove')).text).toContain('✅ Removed; 1 waiting account got a proxy');
  const [spare] = await insertProxies(bot.database, { provider: 'spare', count: 1, network: 63 });
  const named = await bot.ops.command('/proxy assign', { account: `Iris.${only}.3`, proxy: `#${spare}` });
  expect(named.text).toMatch(new RegExp(`Currently on #${only} .* will move to #${spare} .*unused`));
  const moved = await named.click('Reassign');
  expect(moved.text).toContain(`✅ Moved from #${only} to #${spare}`);
  expect(moved.text).not.toContain('waiting account');
});

test('of two questions about one account the second one is stale: the account moves once', async () => {
  await insertProxies(bot.database, { provider: 'thrice', count: 3, network: 64 });
  await bot.ops.command('/account add', { username: 'once', model: 'Once' });
  const questions = [
    await bot.ops.command('/proxy assign', { account: 'once' }),
    await bot.ops.command('/proxy assign', { account: 'once' }),
  ];
  const card = await bot.ops.command('/account show', { account: 'once' });
  const placed = () =>
    one(
      `select s.proxy_id as id from account_proxy_assignments s join accounts a on a.id = s.account_id where key = 'once'`,
    );
  expect((await questions[0]?.click('Reassign'))?.text).toMatch(/Moved from #\d+ to #\d+/);
  const once = await placed();
  for (const stale of [questions[1], card]) {
    expect((await stale?.click('Reassign'))?.text).toContain(STALE_NOTICE);
    expect(await placed()).toEqual(once);
  }
});
