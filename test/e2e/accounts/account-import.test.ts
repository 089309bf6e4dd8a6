import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { purgePlans } from '../../../src/db/queries/plans.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { figures } from '../../helpers/ops/import-preview.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
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
const proxies = (count: number) => {
  network++;
  return insertProxies(bot.database, { provider: `p${network}`, count, network });
};
const file = (text: string | Buffer, name = 'accounts.csv') => ({ file: { name, data: Buffer.from(text) } });
const importFile = (text: string | Buffer, name?: string) => bot.ops.command('/account import', file(text, name));
const accounts = () =>
  run(`select a.username, m.name as model, v.name as vps, a.label, a.notes, s.proxy_id as proxy from accounts a join models m on m.id = a.model_id
    left join vps v on v.id = a.vps_id left join account_proxy_assignments s on s.account_id = a.id where a.removed_at is null order by a.key`);

/** Accounts of a model, one a line. */
const list = (model: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${model.toLowerCase()}.${String(n).padStart(3, '0')},${model}`).join('\n');

describe('a file', () => {
  test('is previewed with its plan: who gets a proxy, who waits, and what is missing; one button imports and assigns', async () => {
    await proxies(10);
    const preview = await importFile(`username,model\n${list('Ginger', 20)}\n${list('Hazel', 17)}`);
    expect(preview.text).toContain('**37 accounts**: 30 get a proxy, 7 wait (');
    expect(preview.text).toContain('; 3 more proxies needed)');
    expect(preview.text).toMatch(/\*\*ginger\.000\*\* · Ginger → #\d+ 203\.\d+\.0\.\d+:8080 \(unused, not checked/);
    expect(preview.text).toContain('🆕 2 new models: `Ginger`, `Hazel`');
    expect(preview.buttons).toEqual(['Import and assign', 'Cancel']);
    expect(await accounts()).toEqual([]);

    const done = await preview.click('Import and assign');
    expect(done.text).toContain('✅ **Imported 37**');
    expect(done.text).toContain('30 got a proxy, 7 wait (');
    expect(done.buttons).toEqual(['Undo']);
    const there = await accounts();
    expect(there.filter(({ proxy }) => proxy !== null)).toHaveLength(30);
    expect(there).toHaveLength(37);

    await (
      await bot.ops.command('/proxy import', {
        file: { name: 'a.txt', data: Buffer.from('198.51.100.1:80\n198.51.100.2:80\n198.51.100.3:80') },
      })
    ).click('Import 3');
    expect((await accounts()).filter(({ proxy }) => proxy === null)).toEqual([]);
    expect(bot.sandbox.violations).toEqual([]);
  });

  test('says all that there is to say of an account, compressed or not', async () => {
    await run(`insert into vps (name, key) values ('VPS-1', 'vps-1')`);
    const text = 'Login;Model;VPS;Label;Notes\nAnn.One;Amber Rose;vps-1;desk;"two\nlines"\nben;amberrose;;;';
    await (await importFile(gzipSync(text), 'accounts.csv.gz')).click('Import and assign');
    expect(await accounts()).toMatchObject([
      { username: 'Ann.One', model: 'Amber Rose', vps: 'VPS-1', label: 'desk', notes: 'two\nlines' },
      { username: 'ben', model: 'Amber Rose', vps: null, label: null, notes: null },
    ]);
  });

  test('of usernames alone gets model and VPS from the options', async () => {
    await run(`insert into vps (name, key) values ('vps-2', 'vps-2')`);
    const preview = await bot.ops.command('/account import', {
      ...file('ann\n@ben\nann\n'),
      model: 'Amber',
      vps: 'VPS-2',
    });
    expect(figures(preview)).toEqual({ new: 2, 'duplicates in the file': 1 });
    await preview.click('Import and assign');
    expect((await accounts()).map(({ username, vps }) => [username, vps])).toEqual([
      ['ann', 'vps-2'],
      ['ben', 'vps-2'],
    ]);
    const refused = await bot.ops.command('/account import', { ...file('ann'), model: 'Amber', vps: 'vps-3' });
    expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('Unknown VPS “vps-3”')]);
  });

  test('has every row that is left out attached, with line and reason, and no password in it', async () => {
    const preview = await importFile(
      'username,model,password\nann,Amber,s3cret\nben,,s3cret\ncara,Amber\nCARA,Bella\n,Amber',
    );
    expect(figures(preview)).toEqual({
      new: 2,
      'conflicting duplicates (skipped)': 1,
      invalid: 2,
    });
    expect(preview.text).toContain('Ignored columns: `password`');
    const attached = (await preview.files.find(({ name }) => name === 'skipped-rows.csv')?.bytes())?.toString();
    expect(attached?.trimEnd().split('\r\n')).toEqual([
      'line,reason,account',
      expect.stringMatching(/^3,.*model is missing.*,ben$/),
      expect.stringMatching(/^5,.*earlier row.*,CARA$/),
      expect.stringMatching(/^6,The username is missing\.,$/),
    ]);
    expect(attached).not.toContain('s3cret');
    await preview.click('Import and assign');
    expect(JSON.stringify(await run('select * from accounts'))).not.toContain('s3cret');
    expect(bot.log()).not.toContain('s3cret');
  });

  test.each([
    ['without accounts', 'username,model\n', /no accounts/],
    ['without a column for the account', 'model,vps\nAmber,vps-1', /no account column/],
    ['that is empty', ' ', /empty/],
    ['of too many rows', 'a\n'.repeat(200_001), /200,000 rows/],
  ])('%s is refused as a whole', async (_what, text, reason) => {
    const reply = await importFile(text);
    expect([reply.isEphemeral, reply.text]).toEqual([true, expect.stringMatching(reason)]);
  });
});

describe('an unknown VPS', () => {
  test('skips its rows until it is added and the import is checked again', async () => {
    const preview = await importFile('username,model,vps\nann,Amber,vps-7\nben,Amber,\ncara,Amber,VPS-7');
    expect(figures(preview)).toEqual({ new: 1, 'unknown VPS (skipped)': 2 });
    expect(preview.text).toContain('1 unknown VPS: `vps-7` (2)');
    expect(preview.buttons).toEqual(['Import and assign', 'Create 1 VPS', 'Check again', 'Cancel']);
    await run(`insert into vps (name, key) values ('vps-7', 'vps-7')`);
    const fresh = await preview.click('Check again');
    expect(figures(fresh)).toEqual({ new: 3 });
    expect(fresh.buttons).toEqual(['Import and assign', 'Cancel']);
    await fresh.click('Import and assign');
    expect((await accounts()).map(({ vps }) => vps)).toEqual(['vps-7', null, 'vps-7']);
  });
});

test('new models that look like existing ones are asked about, and the existing ones are taken on buttons', async () => {
  await bot.ops.command('/account add', { username: 'old', model: 'Valentina' });
  const preview = await importFile('ann,Valentna\nben,VALENTNA\ncara,Octavia');
  expect(preview.text).toContain('🆕 2 new models: `Valentna`, `Octavia`');
  expect(preview.text).toContain('⚠️ `Valentna` (2 rows) is a new model. Did you mean `Valentina` (1 account)?');
  expect(preview.buttons).toEqual(['Import and assign', 'Cancel', 'Use Valentina for 2']);
  const taken = await preview.click('Use Valentina for 2');
  expect(taken.text).toContain('🆕 1 new model: `Octavia`');
  expect(taken.buttons).toEqual(['Import and assign', 'Cancel']);
  await taken.click('Import and assign');
  expect((await accounts()).map(({ username, model }) => [username, model])).toEqual([
    ['ann', 'Valentina'],
    ['ben', 'Valentina'],
    ['cara', 'Octavia'],
    ['old', 'Valentina'],
  ]);
});

test('unknown VPS are created from the preview, as many as its button says', async () => {
  const rows = Array.from({ length: 7 }, (_, n) => `user.${n},Amber,rack ${n}`);
  const preview = await importFile(['username,model,vps', ...rows].join('\n'));
  expect(preview.text).toMatch(/7 unknown VPS: `rack 0` \(1\)[\s\S]* and 2 more\./);
  await run(`insert into vps (name, key) values ('Rack 3', 'rack 3')`);
  const stale = await preview.click('Create 7 VPS');
  expect([stale.text, stale.buttons]).toEqual([
    expect.stringContaining('nothing was done'),
    expect.arrayContaining(['Create 6 VPS']),
  ]);
  const created = await stale.click('Create 6 VPS');
  expect(figures(created)).toEqual({ new: 7 });
  await created.click('Import and assign');
  expect((await accounts()).map(({ vps }) => vps)).toEqual(
    [0, 1, 2].map((n) => `rack ${n}`).concat('Rack 3', 'rack 4', 'rack 5', 'rack 6'),
  );
  expect(await run(`select count(*)::int as entries from audit_log where action = 'vps.add'`)).toEqual([
    { entries: 6 },
  ]);
});

test('a VPS that was added in the meantime makes the plan stale: its rows are shown before they are imported', async () => {
  const preview = await importFile('username,model,vps\nann,Amber,vps-7\nben,Amber,');
  await run(`insert into vps (name, key) values ('vps-7', 'vps-7')`);
  const fresh = await preview.click('Import and assign');
  expect(fresh.text).toContain('nothing was done');
  expect(figures(fresh)).toEqual({ new: 2 });
  expect(await accounts()).toEqual([]);
});

describe('what is known already', () => {
  test('is left alone; another model, VPS or label is an offered change, and a change of model moves the proxy', async () => {
    const [{ id: lastEntry }] = await run('select coalesce(max(id), 0) as id from audit_log');
    await run(`insert into vps (name, key) values ('vps-1', 'vps-1')`);
    await proxies(2);
    await (await importFile('ann,Amber\nben,Amber\ncara,Amber\ndora,Amber')).click('Import and assign');
    const before = await accounts();
    const preview = await importFile(
      'username,model,vps,label\nANN,Bella,,\nben,amber,vps-1,\ncara,Amber,,night\ndora,Amber,,\neve,Bella,,',
    );
    expect(figures(preview)).toEqual({
      new: 1,
      'known with another model': 1,
      'known on another VPS': 1,
      'known with other label or notes': 1,
      'known, no change': 1,
    });
    expect(preview.buttons).toEqual(['Import and assign', 'Update 3', 'Cancel']);
    expect(preview.text).toContain('**1 account**: 0 get a proxy, 1 waits (Bella 1; 1 more proxy needed)');
    expect(preview.text).toContain(
      '**Update**: 1 account of another model: 0 get a proxy, 1 waits (Bella 1; 1 more proxy needed)',
    );

    await proxies(1);
    const stale = await preview.click('Update 3');
    expect(stale.text).toContain('nothing was done');
    expect(stale.text).toContain('1 account of another model: 1 gets a proxy');
    const updated = await stale.click('Update 3');
    expect(updated.text).toContain('✅ **Updated 3**');
    expect(updated.text).toContain('1 got a proxy');
    const after = await accounts();
    expect(after.map(({ username, model, vps, label }) => [username, model, vps, label])).toEqual([
      ['ann', 'Bella', null, null],
      ['ben', 'Amber', 'vps-1', null],
      ['cara', 'Amber', null, 'night'],
      ['dora', 'Amber', null, null],
    ]);
    expect(after[0]?.proxy).not.toBe(before[0]?.proxy);
    expect(after.slice(1).map(({ proxy }) => proxy)).toEqual(before.slice(1).map(({ proxy }) => proxy));
    const done = await updated.click('Import and assign');
    expect(done.text).toContain('✅ **Imported 1**');
    expect(done.buttons).toEqual(['Undo']);
    const log = await run(
      `select before, after from audit_log where action = 'account.update' and after ->> 'model' = 'Bella' and id > ${lastEntry}`,
    );
    expect(log).toMatchObject([{ before: { model: 'Amber' }, after: { model: 'Bella' } }]);
  });

  test('is taken off more than 500 proxies at once by an admin alone', async () => {
    await proxies(400);
    const many = (model: string) => Array.from({ length: 501 }, (_, n) => `many.${n},${model}`).join('\n');
    const asAdmin = (preview: Reply) =>
      bot.ops
        .as('ada')
        .messages()
        .find((each) => each.message.id === preview.message.id);
    const added = await importFile(many('Amber'));
    const tooMany = await added.click('Import and assign');
    expect([tooMany.isEphemeral, tooMany.text]).toEqual([true, expect.stringContaining('500 accounts at once')]);
    expect(await run(`select from accounts where username like 'many.%'`)).toEqual([]);
    await asAdmin(added)?.click('Import and assign');
    const preview = await importFile(many('Bella'));
    const refused = await preview.click('Update 501');
    expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('Ask an admin')]);
    const done = await asAdmin(preview)?.click('Update 501');
    expect(done?.text).toContain('✅ **Updated 501**');
    expect(
      await run('select distinct m.name from account_proxy_assignments s join models m on m.id = s.model_id'),
    ).toEqual([{ name: 'Bella' }]);
  });

  test('and removed comes back with its history', async () => {
    await proxies(1);
    await (await importFile('ann,Amber')).click('Import and assign');
    await (await bot.ops.command('/account remove', { account: 'ann' })).click('Remove');
    const preview = await importFile('ann,Bella');
    expect(figures(preview)).toEqual({ new: 0, 'restored after removal': 1 });
    await preview.click('Import and assign');
    const card = await bot.ops.command('/account show', { account: 'ann' });
    expect(card.text).toContain('Bella');
    expect(card.text.match(/from <t:/g)).toHaveLength(2);
  });
});

describe('the button', () => {
  test('clicked by two at once imports once', async () => {
    await proxies(1);
    const preview = await importFile(list('Amber', 5));
    const clicks = await Promise.all([preview.click('Import and assign'), preview.click('Import and assign')]);
    for (const click of clicks) expect(click.text).toContain('✅ **Imported 5**');
    expect(await accounts()).toHaveLength(5);
    expect(
      await run(
        `select count(*)::int as count from audit_log where action = 'account.import' and entity_id = (select max(id)::text from plans)`,
      ),
    ).toEqual([{ count: 1 }]);
  });

  test('of a stale plan does nothing and shows the current plan', async () => {
    const preview = await importFile(list('Amber', 5));
    await proxies(1);
    const fresh = await preview.click('Import and assign');
    expect(fresh.text).toContain('**5 accounts**: 3 get a proxy, 2 wait');
    expect(await accounts()).toEqual([]);
    expect((await fresh.click('Import and assign')).text).toContain('3 got a proxy');
  });

  test('of an import that was cancelled does nothing any more', async () => {
    const preview = await importFile('ann,Amber');
    expect((await preview.click('Cancel')).text).toContain('Account import cancelled');
    expect(await accounts()).toEqual([]);
  });
});

test('a preview is over after a day: its button does nothing, and its staged rows are cleared', async () => {
  const preview = await importFile('ann,Amber\nben');
  await run(`update plans set expires_at = now() where id = (select max(id) from plans)`);
  const late = await preview.click('Import and assign');
  expect(late.text).toContain('Account import expired');
  expect(late.buttons).toEqual([]);
  expect(await accounts()).toEqual([]);
  await purgePlans(bot.database.db);
  const left = `select plan_id from account_import_rows union all select plan_id from import_rejections`;
  expect(await run(`select * from (${left}) l where plan_id = (select max(id) from plans)`)).toEqual([]);
});

describe('without a file', () => {
  test('a modal takes a pasted list, with model and VPS', async () => {
    const opened = await bot.ops.command('/account import', { model: 'Amber' });
    expect(opened.modal?.fields.map(({ label }) => label)).toEqual(['File', 'Or paste a list', 'Model', 'VPS']);
    const preview = await opened.submit({ 'Or paste a list': '- ann\n- ben, Bella', Model: 'Amber' });
    await preview.click('Import and assign');
    expect((await accounts()).map(({ username, model }) => [username, model])).toEqual([
      ['ann', 'Amber'],
      ['ben', 'Bella'],
    ]);
  });

  test('a message with a pasted list or with files is imported from the menu, and can be deleted', async () => {
    const message = await bot.ops.post({ content: '```\nann,Amber\nben,Bella\n```' });
    const preview = await bot.ops.messageCommand('Import accounts', message);
    expect(figures(preview)).toEqual({ new: 2 });
    const done = await preview.click('Import and assign');
    expect(done.buttons).toEqual(['Undo', 'Delete message']);
    const tidy = await done.click('Delete message');
    expect(tidy.buttons).toEqual(['Undo']);
    expect(bot.ops.messages().some((each) => each.message.id === message.id)).toBe(false);

    const files = ['cara,Amber', 'dora,Amber'].map((text, n) => ({ name: `${n}.txt`, data: Buffer.from(text) }));
    const first = await bot.ops.messageCommand('Import accounts', await bot.ops.post({ files }));
    expect(first.text).toContain('`0.txt`');
    expect((await first.waitForNext()).text).toContain('`1.txt`');

    const both = await bot.ops.post({ content: 'eva,Amber\nfay,Bella', files: files.slice(0, 1) });
    const ofFile = await bot.ops.messageCommand('Import accounts', both);
    expect(ofFile.text).toContain('`0.txt`');
    expect(figures(await ofFile.waitForNext())).toEqual({ new: 2 });
    expect(bot.sandbox.violations).toEqual([]);
  });
});
