import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { STALE_NOTICE } from '../../src/kit/stale-notice.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';
import { emptyPool } from '../helpers/pool/empty-pool.ts';
import { insertProxies } from '../helpers/pool/pool-rows.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

const ACTOR = { id: 'discord:1', name: 'Ada' };
/** The addresses of the proxies that `fillPool` inserts. */
const ADDRESSES = Array.from({ length: 6 }, (_, n) => `203.0.0.${n + 2}:8080`);

/** Six proxies, of which four accounts have the first four. @returns the numbers of the proxies, as in `#7` */
async function fillPool(): Promise<string[]> {
  const ids = await insertProxies(bot.database, { provider: 'acme', count: 6, network: 0 });
  for (const username of ['a1', 'a2', 'a3', 'b1']) {
    await bot.services.accounts.add(ACTOR, { username, model: username.startsWith('a') ? 'Amber' : 'Bella' });
  }
  return ids.map((id) => `#${id}`);
}

/** A filled pool, in which Nova has the accounts of Amber, and Rigel that of Bella. @returns the numbers of the proxies */
async function fillVps(): Promise<string[]> {
  const proxies = await fillPool();
  await bot.ops.command('/vps add', { name: 'Nova', region: 'fsn1' });
  await bot.ops.command('/vps add', { name: 'Rigel', environment: 'staging' });
  expect((await bot.ops.command('/vps assign', { vps: 'Nova', model: 'amber' })).text).toContain('3 accounts added');
  expect((await bot.ops.command('/vps assign', { vps: 'Rigel', account: 'b1' })).text).toContain('1 account added');
  return proxies;
}

test('VPS are documented, found again by name, and changed', async () => {
  expect((await bot.ops.command('/vps add', { name: 'Nova', region: 'fsn1' })).text).toContain('production');
  await bot.ops.command('/vps add', { name: 'Rigel', environment: 'staging' });
  const twice = await bot.ops.command('/vps add', { name: ' nova ' });
  expect([twice.isEphemeral, twice.text]).toEqual([true, expect.stringContaining('already')]);
  expect(await bot.ops.autocomplete('/vps edit', 'vps', 'ri')).toEqual([{ name: 'Rigel', value: 'Rigel' }]);
  expect(await bot.ops.autocomplete('/vps list', 'environment', 'sta')).toEqual([
    { name: 'staging', value: 'staging' },
  ]);
  expect((await bot.ops.command('/vps edit', { vps: 'RIGEL', notes: 'old one' })).text).toContain('old one');
  const taken = await bot.ops.command('/vps edit', { vps: 'Rigel', name: 'Nova' });
  expect([taken.isEphemeral, taken.text]).toEqual([true, expect.stringContaining('already')]);
  expect((await bot.ops.command('/vps list', {})).text).toMatch(/VPS 1–2 of 2[\s\S]*Nova[\s\S]*Rigel/);
  expect((await bot.ops.command('/vps list', { environment: 'Staging' })).text).toMatch(
    /VPS 1–1 of 1\n-# environment `Staging`\n\*\*Rigel/,
  );
});

test('a map shows who uses what, and each drift has its remedy', async () => {
  const [one = '', two = '', three = '', four = '', , six = ''] = await fillVps();
  expect((await bot.ops.command('/vps link', { vps: 'Rigel', proxy: six, notes: 'spare' })).text).toContain(
    `Linked to ${six}`,
  );
  expect((await bot.ops.command('/vps link', { vps: 'Rigel', proxy: one })).text).toContain(`Linked to ${one}`);
  const map = await bot.ops.command('/vps map', {});
  // The bot documents what it assigns, so that only what differs is drift.
  expect(map.text).toMatch(/\*\*4\*\* accounts of 2 models · \*\*4\*\* proxies in use · \*\*6\*\* documented/);
  expect(map.text).toMatch(/2 unused links\*\*/);
  expect(map.text).not.toContain('undocumented');
  expect(map.text).toContain(`1 proxy** with more than one VPS: ${one}`);
  expect(map.files.map((file) => file.name)).toContain('vps-map.png');
  for (const proxy of [one, two, three]) await bot.ops.command('/vps unlink', { vps: 'Nova', proxy });
  await bot.ops.command('/vps unlink', { vps: 'Rigel', proxy: four });
  const drifted = await bot.ops.command('/vps map', {});
  expect(drifted.text).toMatch(/4 undocumented VPS–proxy relations\*\*/);
  const details = await map.click('Details');
  expect([details.isEphemeral, details.files.map((file) => file.name)]).toEqual([true, ['drift.csv']]);

  const documented = await drifted.click('Document 4');
  expect(documented.text).toMatch(/4 relations\*\* documented · <@/);
  expect(documented.text).not.toContain('undocumented');
  expect(documented.text).toContain('**6** documented');
  // The second VPS of the first proxy is only documented, so no account can move.
  expect(documented.buttons).not.toContain('Move 1');
  const tidy = await (await bot.ops.command('/vps map', { environment: 'staging' })).click('Unlink 2');
  expect(tidy.text).not.toContain('unused link');
  const late = await map.click('Unlink 2');
  expect(late.text).toContain(STALE_NOTICE);
  expect(await run(`select action from audit_log where action like 'vps.%' order by id desc limit 2`)).toEqual([
    { action: 'vps.tidy' },
    { action: 'vps.document' },
  ]);
});

test('a spreadsheet comes in as a preview, once, and an export is read back unchanged', async () => {
  const [, second, third = ''] = await fillVps();
  // A person documents what the bot has documented, so that the sheet says nothing new about it.
  await bot.ops.command('/vps link', { vps: 'Nova', proxy: third });
  const imports = async () => (await run(`select 1 from audit_log where action = 'vps.import'`)).length;
  const importsBefore = await imports();
  const rows = [
    'Server;Env;Proxy;Account;Notes',
    `Vega;staging;${ADDRESSES[1]};;from the sheet`,
    'Vega;staging;;a2;',
    `Nova;;${third};a1;`,
    'Nova;;203.0.113.99:8080;;',
    `Nova;;${third};nobody;`,
    `;;${third};a1;`,
  ];
  const preview = await bot.ops.command('/vps import', {
    file: { name: 'sheet.csv', data: Buffer.from(rows.join('\n')) },
  });
  expect(preview.text).toMatch(
    /1 new VPS\*\*[\s\S]*1 account\*\* moves from another VPS[\s\S]*3 rows\*\* skipped of 6/,
  );
  expect(preview.text).toMatch(/line 5: Unknown proxy[\s\S]*line 6: Unknown account[\s\S]*line 7: The VPS is missing/);
  const [one, two] = await Promise.all([preview.click('Apply 3'), preview.click('Apply 3')]);
  expect([one.text, two.text].every((text) => text.includes('Applied'))).toBe(true);
  expect(await imports()).toBe(importsBefore + 1);

  const exported = async (ops = bot.ops) => {
    const reply = await ops.command('/vps export', { format: 'csv' });
    return (await reply.files[0]?.bytes())?.toString() ?? '';
  };
  const before = await exported();
  const seen = await exported(bot.ops.as('vera'));
  expect([seen.includes('Vega,staging'), seen.includes(',a•••,'), seen.includes(',a2,')]).toEqual([true, true, false]);
  const nowhere = await bot.ops.command('/vps export', { environment: 'nowhere' });
  expect([nowhere.isEphemeral, nowhere.text]).toEqual([true, expect.stringContaining('Unknown environment')]);
  expect(before).toContain(`Vega,staging,${second},${ADDRESSES[1]},`);
  await run('delete from vps_proxy_mappings; update accounts set vps_id = null; delete from vps');
  const back = await bot.ops.command('/vps import', { file: { name: 'vps.csv', data: Buffer.from(before) } });
  await back.click(back.buttons.find((label) => label.startsWith('Apply ')) ?? '');
  expect(await exported()).toBe(before);
});

test('two values for one thing are named in the preview, and nothing is decided silently', async () => {
  const [, second, third, fourth] = await fillVps();
  const rows = [
    'VPS,Environment,Proxy,Address,Account,Rack',
    `Nova,staging,${second},${ADDRESSES[1]},,7`,
    `Twin,qa,${third},${ADDRESSES[2]},,7`,
    `ＴＷＩＮ,prod,${fourth},${ADDRESSES[3]},,7`,
    `Twin,qa,${fourth},203.0.113.9:8080,,7`,
  ];
  const file = { name: 'sheet.csv', data: Buffer.from(rows.join('\n')) };
  const preview = await bot.ops.command('/vps import', { file });
  expect(preview.text).toMatch(/1 VPS\*\* keeps its environment: Nova \(production, not staging\)/);
  expect(preview.text).toContain('Ignored columns: `Rack`');
  expect(preview.text).toMatch(
    new RegExp(`line 4: Line 3 puts this VPS into another environment[^]*line 5: Proxy ${fourth} has another address`),
  );
});

test('a spreadsheet that is given up changes nothing, and who gave it up is known', async () => {
  const [proxy] = await fillPool();
  const preview = await bot.ops.command('/vps import', {
    file: { name: 'sheet.csv', data: Buffer.from(`vps,proxy\nOrion,${proxy}`) },
  });
  expect((await preview.click('Cancel')).text).toMatch(/\*\*Cancelled\*\* by <@\d+>\. Nothing was changed\./);
  expect(await run(`select count(*)::int as count from vps where key = 'orion'`)).toEqual([{ count: 0 }]);
  expect(await run(`select actor_name from audit_log where action = 'vps.import_cancel'`)).toHaveLength(1);
});

test('if two VPS use a proxy, the one with fewer accounts moves to a proxy that no other VPS uses', async () => {
  const [proxy = ''] = await fillVps();
  await bot.ops.command('/vps add', { name: 'Vega', environment: 'staging' });
  await bot.ops.command('/vps assign', { vps: 'Vega', account: 'a2' });
  await (await bot.ops.command('/proxy assign', { account: 'a2', proxy })).click('Reassign');
  await (await bot.ops.command('/proxy assign', { account: 'a3', proxy })).click('Reassign');
  await bot.ops.command('/vps assign', { vps: 'Rigel', account: 'a3' });
  const map = await bot.ops.command('/vps map', {});
  const plan = await (await map.click('Move 1')).waitForNext();
  expect(plan.text).toContain(`One VPS per proxy: ${proxy} · `);
  expect(plan.text).toMatch(/One VPS per proxy: [\s\S]*2 accounts\*\* move[\s\S]*`a2`[\s\S]*`a3`/);
  expect((await plan.click('Apply 2')).text).toMatch(/VPS separated on 1 proxy\*\* · 2 accounts moved/);
  expect(
    await run(`select count(distinct vps_id)::int as vps from account_proxy_assignments s join accounts a on a.id = s.account_id
    where s.proxy_id = (select proxy_id from account_proxy_assignments x join accounts y on y.id = x.account_id where y.key = 'a3')`),
  ).toEqual([{ vps: 1 }]);
  expect((await map.click('Move 1')).text).toContain(STALE_NOTICE);
});

test('a file of VPS alone creates them, with their environments and regions', async () => {
  const text = 'vps,environment,region\nlyra-1,edge,fsn1\nlyra-2,edge,hel1\n';
  const preview = await bot.ops.command('/vps import', { file: { name: 'vps.csv', data: Buffer.from(text) } });
  expect(preview.text).toContain('**2 new VPS**');
  expect((await preview.click('Apply 2')).text).toContain('**Applied**');
  expect((await bot.ops.command('/vps list', { environment: 'edge' })).text).toMatch(
    /\*\*lyra-1\*\* · edge · .* · fsn1\n\*\*lyra-2\*\* · edge · .* · hel1/,
  );
});

test('the bot documents the proxies of its assignments, follows its accounts, and keeps the accounts of a VPS together', async () => {
  const links = async (proxyOf = '') =>
    run(
      `select v.name, l.proxy_id = (select proxy_id from account_proxy_assignments s join accounts a on a.id = s.account_id where a.key = '${proxyOf}') as is_its
        from vps_proxy_mappings l join vps v on v.id = l.vps_id where l.created_by = 'bot' and v.name like 'day-%' order by 1`,
    );
  const lines = Array.from({ length: 6 }, (_, n) => `198.51.100.${n + 1}:8080`).join('\n');
  await (await bot.ops.command('/proxy import', { file: { name: 'b.txt', data: Buffer.from(lines) } })).click(
    'Import 6',
  );
  const accounts = Array.from({ length: 18 }, (_, n) => `day.${n},Dayana,day-${n % 3}`).join('\n');
  const file = { name: 'accounts.csv', data: Buffer.from(`username,model,vps\n${accounts}`) };
  const preview = await bot.ops.command('/account import', { file });
  await (await preview.click('Create 3 VPS')).click('Import and assign');
  const map = await bot.ops.command('/vps map', { vps: 'day-1' });
  expect(map.text).toContain('**6** accounts of 1 model · **2** proxies in use · **2** documented');
  expect(map.text).toContain('✅ No drift: the documentation matches actual use.');
  expect(await links()).toHaveLength(6);

  await bot.ops.command('/proxy unassign', { filter_vps: 'day-1' }).then((hold) => hold.click('Hold 6 accounts'));
  expect((await links()).map(({ name }) => name)).toEqual(['day-0', 'day-0', 'day-2', 'day-2']);
  await bot.ops
    .command('/account edit', { filter_vps: 'day-0', vps: 'day-2' })
    .then((edit) => edit.click('Edit 6 accounts'));
  expect((await links()).map(({ name }) => name)).toEqual(['day-2', 'day-2', 'day-2', 'day-2']);
  await bot.ops.command('/account edit', { account: 'day.0', vps: 'day-1' });
  expect((await links('day.0')).filter(({ name, is_its: isIts }) => name === 'day-1' && isIts)).toHaveLength(1);
});

test('a long list is paged, and opens one VPS', async () => {
  await run(
    `insert into vps (name, key, environment) select 'qa-' || n, 'qa-' || n, 'qa' from generate_series(11, 33) n`,
  );
  const first = await bot.ops.command('/vps list', { environment: 'QA' });
  expect(first.text).toMatch(/VPS 1–20 of 23\n-# Page 1 of 2 · environment `QA`\n[\s\S]*qa-11[\s\S]*qa-30/);
  const second = await first.click('Next');
  expect(second.text).toMatch(/VPS 21–23 of 23[\s\S]*qa-31[\s\S]*qa-33/);
  const back = await second.click('Previous');
  expect(back.text).toContain('qa-11');
  expect((await back.choose('qa-12')).text).toContain('VPS qa-12');
});

test('a VPS is removed after a look at what that leaves undocumented', async () => {
  const [, , , , , spare = ''] = await fillVps();
  await bot.ops.command('/vps add', { name: 'Vega', environment: 'staging' });
  await bot.ops.command('/vps assign', { vps: 'Vega', account: 'a2' });
  await bot.ops.command('/vps link', { vps: 'Vega', proxy: spare });
  const question = await bot.ops.command('/vps remove', { vps: 'vega' });
  expect(question.text).toMatch(/1 account[\s\S]*2 links/);
  expect((await question.click('Remove')).text).toContain('was removed');
  const gone = await bot.ops.command('/vps map', { vps: 'Vega' });
  expect([gone.isEphemeral, gone.text]).toEqual([true, expect.stringContaining('Unknown VPS')]);
  expect(bot.sandbox.violations).toEqual([]);
});
