import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { removeProxies } from '../../helpers/pool/empty-pool.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const fileOf = async (reply: { files: { name: string; bytes(): Promise<Buffer> }[] }) => {
  const [file] = reply.files;
  if (!file) throw new Error('no file is attached');
  return { name: file.name, text: (await file.bytes()).toString() };
};

const HOSTILE = [
  'host,port,username,password,type,provider,country,city,label,notes,tags,change_ip_url,expires,cost',
  '203.0.113.1,8080,ann,planted-secret,http,acme,DE,Berlin,"=cmd|calc","two\nlines","a,b",https://p.example/r?k=planted-link,2099-01-02T03:04:05.678Z,12.50',
  "203.0.113.2,1080,'ann@x,-planted secret,socks5,acme,FR,,+label,,,,,",
  'gate.example.com,9000,,,https,other,,,,,,,,',
  '2001:db8::7,8080,bob,"pla""nted,4",http,,,,"‏right",,,,,',
].join('\n');

async function importHostile(): Promise<void> {
  const file = { name: 'a.csv', data: Buffer.from(HOSTILE) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 4');
}

beforeAll(async () => {
  bot = await startTestBot();
  await importHostile();
  await bot.ops.command('/account add', { username: 'ann.one', model: 'Amber' });
});
afterAll(() => bot.stop());

describe('/proxy export', () => {
  // Other tests add, edit and remove proxies.
  beforeEach(async () => {
    await removeProxies(bot.database);
    await importHostile();
  });

  test.each(['csv', 'json'] as const)('%s with credentials is read back unchanged', async (format) => {
    const reply = await bot.ops.command('/proxy export', { format, credentials: true });
    expect(reply.isEphemeral).toBe(true);
    expect(reply.text).toContain('4 proxies exported');
    const { name, text } = await fileOf(reply);
    expect(name).toMatch(new RegExp(`^proxies-\\d{4}-\\d{2}-\\d{2}\\.${format}$`));
    expect(text).toContain('planted-secret');
    const preview = await bot.ops.command('/proxy import', { file: { name, data: Buffer.from(text) } });
    expect(preview.text).toMatch(/4 {2}known, no change/);
    expect(preview.text).not.toMatch(/invalid|other/);
    // Into a pool that knows nothing of them.
    const before = await run(SNAPSHOT);
    await removeProxies(bot.database);
    await (await bot.ops.command('/proxy import', { file: { name, data: Buffer.from(text) } })).click('Import 4');
    expect(await run(SNAPSHOT)).toEqual(before);
    const again = await fileOf(await bot.ops.command('/proxy export', { format, credentials: true }));
    expect(secretsIn(again.text)).toEqual(secretsIn(text));
  });

  test('without credentials nothing secret is in it, everybody sees it, and cells cannot start a formula', async () => {
    for (const format of ['csv', 'json', 'text'] as const) {
      const reply = await bot.ops.as('vera').command('/proxy export', { format });
      expect(reply.isEphemeral).toBe(false);
      const { text } = await fileOf(reply);
      expect(text).toContain('203.0.113.1');
      expect(text).not.toMatch(/planted|ann|pla"nted/);
    }
    const none = await bot.ops.command('/proxy export', { provider: 'nobody' });
    expect([none.isEphemeral, none.text]).toEqual([true, expect.stringContaining('No proxies match')]);
    const { text } = await fileOf(await bot.ops.command('/proxy export', { provider: 'acme' }));
    expect(text).toContain(`'=cmd|calc`);
    expect(text).toContain(`'+label`);
    expect(text.split('\r\n').filter(Boolean)).toHaveLength(3);
  });

  test('a template writes text; what it does not know, and what it may not show, is said', async () => {
    const template = '%id% %type%://%login%:%password%@%ip%:%port% %country%';
    const reply = await bot.ops.command('/proxy export', {
      template,
      credentials: true,
      provider: 'acme',
      country: 'de',
    });
    expect((await fileOf(reply)).text).toMatch(/^\d+ http:\/\/ann:planted-secret@203\.0\.113\.1:8080 DE\n$/);
    const error = async (options: Record<string, string | boolean>) =>
      (await bot.ops.command('/proxy export', options)).text;
    expect(await error({ template: '%ip%:%colour%' })).toContain('Unknown template field %colour%');
    expect(await error({ template: 'hello' })).toContain('contains no field');
    expect(await error({ template: '%login%' })).toContain('contains credentials');
    expect(await error({ template: '%ip%', format: 'csv' })).toContain('A template produces text');
    expect((await bot.ops.as('vera').command('/proxy export', { credentials: true })).text).toContain(
      'requires the operator role',
    );
  });
});

const SNAPSHOT = `select host, port, type, username, password_fingerprint, provider, country, city, label, notes, tags, expires_at, monthly_cost
  from proxies where removed_at is null order by host, port`;
const secretsIn = (text: string) => text.match(/planted[^,"\s]*/g);

describe('/proxy history', () => {
  test('tells which proxy an account used, on which day, as a list and as a file', async () => {
    await bot.ops.command('/account add', { username: 'hana.one', model: 'Hana' });
    const [{ id }] = await run(
      `select s.proxy_id as id from account_proxy_assignments s join accounts a on a.id = s.account_id where a.username = 'hana.one'`,
    );
    await (await bot.ops.command('/proxy remove', { proxy: `#${id}`, reason: 'burned' })).click('Remove 1');
    const history = await bot.ops.command('/proxy history', { account: 'hana.one' });
    expect(history.text).toContain('History 1–2 of 2');
    expect(history.text).toContain('proxy removed: burned');
    expect((await bot.ops.command('/proxy history', { proxy: `#${id}` })).text).toContain('`hana.one`');
    expect((await bot.ops.as('vera').command('/proxy history', { proxy: `#${id}` })).text).toMatch(/`ha•••[a-z0-9]*`/);
    const today = new Date().toISOString().slice(0, 10);
    const onDay = await (await history.click('Pick a day')).submit({ Day: today });
    expect(onDay.text).toContain(`on ${today} (UTC)`);
    expect(onDay.text).toContain('of 2');
    const empty = await (await onDay.click('Another day')).submit({ Day: '2001-01-01' });
    expect(empty.text).toContain('No assignments.');
    const { text } = await fileOf(
      await (await bot.ops.command('/proxy history', { account: 'hana.one' })).click('Export'),
    );
    expect(text.split('\r\n')[0]).toBe(
      'username,model,proxy,address,provider,started_at,started_by,start_reason,ended_at,ended_by,end_reason',
    );
    expect(text.match(/hana\.one/g)).toHaveLength(2);
  });

  test('pages, the newest first', async () => {
    for (let n = 0; n < 12; n++) {
      await bot.ops.command('/proxy unassign', { account: 'ann.one' });
      await bot.ops.command('/proxy assign', { account: 'ann.one' });
    }
    const first = await bot.ops.command('/proxy history', { account: 'ann.one' });
    expect(first.text).toContain('History 1–8 of');
    const second = await first.click('Next');
    expect(second.text).toContain('History 9–');
    expect((await second.click('Previous')).text).toContain('History 1–8 of');
  });
});

describe('/audit', () => {
  test('finds who did what, with before and after, by actor, thing and days; as a file too', async () => {
    const [{ id }] = await run('select min(id) as id from proxies where removed_at is null');
    await bot.ops.as('ada').command('/proxy edit', { proxy: `#${id}`, set_label: 'night shift' });
    const log = await bot.ops.command('/audit', { entity: `#${id}` });
    expect(log.text).toContain(`edited #${id} · `);
    expect(log.text).toMatch(/label: .* → night shift/);
    const [actor] = await bot.ops.autocomplete('/audit', 'actor', 'ada');
    const byAda = await bot.ops.command('/audit', { actor: actor?.value ?? '', days: 1 });
    expect(byAda.text).toMatch(new RegExp(`<@\\d+> edited #${id} · .*\\n-# .*label: night shift`));
    expect(byAda.text).not.toContain('added `');
    const { text } = await fileOf(await byAda.click('Export'));
    for (const action of ['pool.edit', 'proxy.edit']) expect(text).toContain(action);
    expect(await run(`select actor_name from audit_log where action = 'audit.export'`)).toHaveLength(1);
    expect((await bot.ops.command('/audit', { entity: 'nonsense' })).text).toContain('Unknown filter');
    for (const command of ['/proxy unassign', '/proxy assign']) await bot.ops.command(command, { account: 'ann.one' });
    expect((await bot.ops.command('/audit', { entity: 'account ann.one' })).text).toMatch(
      /unassigned #\d+ from `ann.one`/,
    );
    expect((await bot.ops.as('vera').command('/audit')).text).toContain('requires the operator role');
    expect(bot.sandbox.violations).toEqual([]);
  });

  test('sums up a change of many in a sentence, with its single entries behind Details', async () => {
    const file = { name: 'many.txt', data: Buffer.from('203.0.117.1:8080:u:p\n203.0.117.2:8080:u:p') };
    await (await bot.ops.command('/proxy import', { file, provider: 'summed' })).click('Import 2');
    await (await bot.ops.command('/proxy deactivate', { provider: 'summed', reason: 'unpaid' })).click('Deactivate 2');
    const log = await bot.ops.command('/audit');
    expect(log.text).toMatch(
      /<@\d+> deactivated 2 proxies \(provider `summed`\) · <t:\d+:R>\n-# unpaid\n<@\d+> imported 2 proxies from `many.txt` \(import #\d+\)/,
    );
    const [option = ''] = log.options;
    expect(option).toMatch(/^Change #\d+: pool\.deactivate$/);
    const details = await log.choose(option);
    expect(details.isEphemeral).toBe(true);
    expect(details.text.match(/deactivated #\d+ · /g)).toHaveLength(2);
    expect(details.text).toContain('status: active → inactive');
    expect(bot.sandbox.violations).toEqual([]);
  });
});
