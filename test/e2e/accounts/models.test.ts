import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
  await insertProxies(bot.database, { provider: 'acme', count: 3, network: 7 });
});
afterAll(() => bot.stop());

const add = (username: string, model: string, more = {}) =>
  bot.ops.command('/account add', { username, model, ...more });
const change = (options: Record<string, string | boolean>) => bot.ops.command('/account models', options);

test('a new model whose name is like another is asked about; one that differs in its number is not', async () => {
  await add('ann', 'Amber');
  const asked = await add('ben', 'Ambr');
  expect([asked.isEphemeral, asked.text]).toEqual([true, expect.stringContaining('does not exist yet. “Amber” does.')]);
  expect((await add('ben', 'Ambr', { new_model: true })).text).toContain('Ambr');
  expect((await add('cara', 'Desk 1')).text).toContain('Added');
  expect((await add('dora', 'Desk 2')).text).toContain('Added');
});

test('a model is renamed with everything that belongs to it, unless the name is taken', async () => {
  await add('edda', 'Kestrel');
  await add('finn', 'Merle');
  const taken = await change({ model: 'Kestrel', rename: 'MERLE' });
  expect([taken.isEphemeral, taken.text]).toEqual([true, expect.stringContaining('belongs to another model')]);
  expect((await change({ model: 'kestrel', rename: 'Osprey' })).text).toMatch(
    /Model \*\*Kestrel\*\* was renamed to \*\*Osprey\*\* by <@\d+>/,
  );
  expect((await bot.ops.command('/account show', { account: 'edda' })).text).toContain('Osprey');
});

test('a model is removed when it has no accounts, and comes back with its next account', async () => {
  await add('gwen', 'Bella');
  expect((await change({ model: 'Bella', remove: true })).text).toContain('has accounts');
  await (await bot.ops.command('/account remove', { account: 'gwen' })).click('Remove');
  expect((await change({ model: 'Bella', remove: true })).text).toContain('Model **Bella** was removed');
  expect((await bot.ops.command('/account models')).text).not.toContain('Bella');
  expect((await bot.ops.autocomplete('/account add', 'model', 'bel')).map(({ name }) => name)).toEqual([]);
  expect((await bot.ops.command('/account list', { model: 'Bella' })).text).toContain('Unknown model');
  const preview = await bot.ops.command('/account import', {
    file: { name: 'a.csv', data: Buffer.from('username,model\ngwen,BELLA') },
  });
  expect(preview.text).toContain('1 new model: `BELLA`');
  await preview.click('Import and assign');
  expect((await bot.ops.command('/account models')).text).toContain('**BELLA** · 1 account');
});

test('only operators change models, and a change names what it is about', async () => {
  await add('hana', 'Pelican');
  const about = `select count(*)::int as count from audit_log where entity = 'model'`;
  const [{ count: before }] = (await bot.database.pool.query(about)).rows;
  const refused = await bot.ops.as('vera').command('/account models', { model: 'Pelican', rename: 'Other' });
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('requires the operator role')]);
  expect((await change({ model: 'Pelican' })).text).toContain('Choose a model, and either a new name or its removal');
  await change({ model: 'Pelican', rename: 'Quail' });
  await (await bot.ops.command('/account remove', { account: 'hana' })).click('Remove');
  await change({ model: 'Quail', remove: true });
  const entries = before + 2;
  expect((await bot.ops.as('ada').command('/audit', { entity: 'model' })).text).toContain(
    `Audit log 1–${entries} of ${entries}`,
  );
  expect(bot.sandbox.violations).toEqual([]);
});
