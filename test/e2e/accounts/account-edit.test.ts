import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

let network = 0;
const proxies = (count: number) => insertProxies(bot.database, { provider: 'acme', count, network: ++network });
const add = (username: string, model: string) => bot.ops.command('/account add', { username, model });
const edit = (account: string, wanted: Record<string, string>) =>
  bot.ops.command('/account edit', { account, ...wanted });
const stateOf = async (username: string) =>
  (
    await run(`select m.name as model, v.name as vps, a.label, a.notes, s.proxy_id as proxy from accounts a join models m on m.id = a.model_id
    left join vps v on v.id = a.vps_id left join account_proxy_assignments s on s.account_id = a.id where a.key = '${username}'`)
  )[0];

test('label, notes and VPS are changed at once, cleared by a hyphen, and recorded', async () => {
  await run(`insert into vps (name, key) values ('VPS-1', 'vps-1')`);
  await add('ann', 'Amber');
  const card = await edit('ann', { label: 'desk', notes: 'on leave', vps: 'vps-1' });
  expect(card.text).toContain('✅ Edited');
  expect(await stateOf('ann')).toMatchObject({ vps: 'VPS-1', label: 'desk', notes: 'on leave' });
  await edit('ann', { label: '-', vps: '-' });
  expect(await stateOf('ann')).toMatchObject({ vps: null, label: null, notes: 'on leave' });
  expect((await edit('ann', { notes: 'on leave', model: 'AMBER' })).text).toContain(
    'No changes: the account already has these values',
  );
  const log = await run(`select before, after from audit_log where action = 'account.edit' order by id desc limit 2`);
  expect(log).toEqual([
    { before: { vps: 'VPS-1', label: 'desk' }, after: { vps: null, label: null } },
    { before: { vps: null, label: null, notes: null }, after: { vps: 'VPS-1', label: 'desk', notes: 'on leave' } },
  ]);
  const refused = await edit('ann', { vps: 'vps-9' });
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('Unknown VPS “vps-9”')]);
});

test('a new model is previewed with its proxy and applied by a button; waiting accounts get the old proxy', async () => {
  const [other] = await proxies(1);
  await run(`update proxies set status = 'inactive' where id = ${other}`);
  await proxies(2);
  for (const name of ['ann', 'ben', 'cara', 'dora']) await add(name, 'Amber');
  await run(`update account_proxy_assignments set handed_out_at = now()`);
  for (const name of ['eve', 'fay', 'gil']) await add(name, 'Amber');
  const before = await stateOf('ann');
  const waits = await edit('ann', { model: 'Nora', label: 'night' });
  expect(waits.text).toContain('The other changes are saved');
  expect(waits.text).toMatch(/Leaves #\d+ `203\.\d+\.0\.\d+:8080`\./);
  expect(waits.text).toContain('🟡 It **waits**: no proxy has a free slot for Nora.');
  expect(waits.text).toContain('🆕 **Nora** is a new model.');
  expect(waits.buttons).toEqual(['Apply', 'Cancel']);
  expect(await stateOf('ann')).toMatchObject({ model: 'Amber', label: 'night', proxy: before?.proxy });

  // It is reserved for Nora, so that the job that assigns waiting accounts gives it to none of Amber before the click.
  await run(`insert into models (name, key) values ('Nora', 'nora');
    insert into proxy_model_claims (proxy_id, model_id, cooling_until) select ${other}, id, now() + interval '1 day' from models where key = 'nora';
    update proxies set status = 'active' where id = ${other}`);
  const fresh = await waits.click('Apply');
  expect(fresh.text).toContain('nothing was done');
  expect(fresh.text).toContain(`Gets **#${other}**`);
  expect((await stateOf('gil'))?.proxy).toBeNull();
  const clicks = await Promise.all([fresh.click('Apply'), fresh.click('Apply')]);
  for (const click of clicks) expect(click.text).toContain('✅ **Changed**');
  expect(await stateOf('ann')).toMatchObject({ model: 'Nora', proxy: other });
  expect((await stateOf('gil'))?.proxy).toBe(before?.proxy);
  const card = await bot.ops.command('/account show', { account: 'ann' });
  expect(card.text).toContain('its model was changed from Amber to Nora');
  expect(bot.sandbox.violations).toEqual([]);
});

test('a proxy that was looked up stays reserved for the old model; one that was never shown moves along', async () => {
  await proxies(1);
  await add('ann', 'Amber');
  const keeps = await edit('ann', { model: 'Bella' });
  expect(keeps.text).toContain('no other account uses it');
  expect((await keeps.click('Apply')).text).toContain('Kept #');
  await run(`update account_proxy_assignments set handed_out_at = now()`);
  const cools = await edit('ann', { model: 'Cara' });
  expect(cools.text).toContain('which stays reserved for Bella for 7 days');
  await cools.click('Apply');
  expect(await stateOf('ann')).toMatchObject({ model: 'Cara', proxy: null });
  await add('ben', 'Bella');
  expect((await stateOf('ben'))?.proxy).not.toBeNull();
});

test('a new model that looks like an existing one is asked about, and that one is taken on a button', async () => {
  await proxies(3);
  for (const name of ['ann', 'ben']) await add(name, 'Valentina');
  await add('cara', 'Bella');
  const preview = await edit('cara', { model: 'Valentna' });
  expect(preview.text).toContain('⚠️ **Valentna** is a new model. Did you mean **Valentina** (2 accounts)?');
  expect(preview.buttons).toEqual(['Apply', 'Use Valentina', 'Cancel']);
  const taken = await preview.click('Use Valentina');
  expect(taken.text).toContain('Bella → Valentina');
  expect(taken.buttons).toEqual(['Apply', 'Cancel']);
  await taken.click('Apply');
  expect(await stateOf('cara')).toMatchObject({ model: 'Valentina' });
  const own = await edit('ann', { model: 'Valentna' });
  expect([own.text, own.buttons]).toEqual([expect.stringContaining('Did you mean **Valentina**'), ['Apply', 'Cancel']]);
});

test('a held account stays held, and a cancelled change is none', async () => {
  await proxies(2);
  await add('ann', 'Amber');
  const cancelled = await (await edit('ann', { model: 'Bella' })).click('Cancel');
  expect(cancelled.text).toContain('Nothing was changed');
  expect(cancelled.buttons).toEqual([]);
  expect(await stateOf('ann')).toMatchObject({ model: 'Amber' });
  await bot.ops.command('/proxy unassign', { account: 'ann' });
  const held = await edit('ann', { model: 'Bella' });
  expect(held.text).toContain('It stays on hold, without a proxy.');
  await held.click('Apply');
  expect(await stateOf('ann')).toMatchObject({ model: 'Bella', proxy: null });
});

test('the modal of the card is filled in with what is there; without anything to change the command opens it too', async () => {
  await proxies(1);
  const card = await add('ann', 'Amber');
  expect(card.buttons).toEqual(['Reassign', 'Unassign', 'Edit', 'History', 'Remove']);
  const opened = await card.click('Edit');
  expect(opened.modal?.title).toBe('Edit ann');
  expect(opened.modal?.fields.map(({ label, component }) => [label, component.value])).toEqual([
    ['Model', 'Amber'],
    ['VPS', undefined],
    ['Label', undefined],
    ['Notes', undefined],
  ]);
  expect((await opened.submit({ Model: 'Amber', Notes: 'two\nlines' })).text).toContain('✅ Edited');
  expect(await stateOf('ann')).toMatchObject({ notes: 'two\nlines' });
  const again = await edit('ann', {});
  expect((await again.submit({ Model: 'Bella', Notes: '' })).buttons).toEqual(['Apply', 'Cancel']);
  expect(await stateOf('ann')).toMatchObject({ notes: null });
  const history = await card.click('History');
  expect(history.text).toContain('### History 1–1 of 1');
  expect(bot.sandbox.violations).toEqual([]);
});

test('a username is one with or without the @ before it', async () => {
  await add('@Hana', 'Amber');
  expect((await bot.ops.command('/account show', { account: '@hana' })).text).toContain('`Hana`');
  expect((await add('hana', 'Amber')).text).toContain('already');
});
