import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STALE_NOTICE } from '../../../src/kit/stale-notice.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { figures } from '../../helpers/ops/import-preview.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { providerFile } from '../../helpers/pool/provider-file.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

const file = (text: string | Buffer, name = 'list.txt') => ({ file: { name, data: Buffer.from(text) } });
const importFile = (text: string | Buffer, name?: string) => bot.ops.command('/proxy import', file(text, name));
const proxies = async () =>
  (await bot.database.pool.query('select * from proxies where removed_at is null order by id')).rows;

describe('a file', () => {
  test('of 10,000 mixed lines is previewed exactly, imported on a click, and taken back', async () => {
    const provided = providerFile(10_000);
    const preview = await importFile(provided.text, 'week.txt');
    const counted = {
      new: provided.new,
      'duplicates in the file': provided.duplicates,
      invalid: provided.invalid,
    };
    expect(figures(preview)).toEqual(counted);
    expect(await proxies()).toHaveLength(0);
    const rejected = preview.files.find((each) => each.name === 'rejected-lines.csv');
    expect((await rejected?.bytes())?.toString().trimEnd().split('\r\n')).toHaveLength(provided.invalid + 1);

    const done = await preview.click('Import 10,000');
    expect(done.text).toContain('**Imported 10,000**');
    expect(done.buttons).toEqual(['Test 10,000', 'Set provider', 'Undo']);
    expect(await proxies()).toHaveLength(10_000);

    const refused = await done.click('Undo');
    expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('Ask an admin')]);
    expect(await proxies()).toHaveLength(10_000);
    const shown = bot.ops.as('ada').messages();
    const undone = await shown.find((each) => each.message.id === done.message.id)?.click('Undo');
    expect(undone?.text).toContain('10,000 reverted');
    expect(undone?.buttons).toEqual([]);
    expect(await proxies()).toHaveLength(0);
    // The proxies of other tests have hosts of their own by now.
    const kept = await bot.database.pool.query(
      `select count(*)::int as count from proxies where removed_at is not null and host not like 'old-%'`,
    );
    expect(kept.rows).toEqual([{ count: 10_000 }]);
    expect(bot.sandbox.violations).toEqual([]);
  });

  test('that is compressed is read', async () => {
    const preview = await importFile(gzipSync('host,port,user,password\n203.0.113.5,8080,ann,x'), 'list.csv.gz');
    expect(figures(preview)).toEqual({ new: 1 });
  });

  test('says what the options are for: defaults of lines that do not say it', async () => {
    const text = '203.0.113.1:1080\nhttp://203.0.113.2:8080';
    const options = { ...file(text), type: 'socks5', provider: 'Acme', country: 'de', label: 'desk' };
    const preview = await bot.ops.command('/proxy import', options);
    await preview.click('Import 2');
    expect((await proxies()).map(({ type, provider, country, label }) => [type, provider, country, label])).toEqual([
      ['socks5', 'Acme', 'DE', 'desk'],
      ['http', 'Acme', 'DE', 'desk'],
    ]);
  });
});

describe('what is known already', () => {
  test('is left alone; a new password and a new type are offered as updates, and undone with their former values', async () => {
    await (await importFile('203.0.113.1:8080:ann:old\n203.0.113.2:8080:ann:x\n203.0.113.3:8080')).click('Import 3');
    const preview = await importFile(
      '203.0.113.1:8080:ann:fresh\nsocks5://ann:x@203.0.113.2:8080\n203.0.113.3:8080\n203.0.113.4:8080',
    );
    expect(figures(preview)).toEqual({
      new: 1,
      'known with another password': 1,
      'known with another type': 1,
      'known, no change': 1,
    });
    expect(preview.buttons).toEqual(['Import 1', 'Update 2', 'Add 1 as new', 'Cancel', 'Set provider']);

    const updated = await preview.click('Update 2');
    expect(updated.buttons).toEqual(['Import 1', 'Cancel', 'Undo']);
    const done = await updated.click('Import 1');
    expect(done.buttons).toEqual(['Test 1', 'Set provider', 'Undo']);
    const rows = await proxies();
    expect(rows.map((row) => row.type)).toEqual(['http', 'socks5', 'http', 'http']);
    expect((await bot.services.proxies.credentials({ id: 'system', name: 'test' }, rows[0].id)).password).toBe('fresh');

    await done.click('Undo');
    const restored = await proxies();
    expect(restored.map((row) => row.type)).toEqual(['http', 'http', 'http']);
    expect((await bot.services.proxies.credentials({ id: 'system', name: 'test' }, rows[0].id)).password).toBe('old');
  });

  test('keeps its change-IP link when the file brings a new password and no link', async () => {
    await (await importFile('203.0.113.1:8080:ann:old[https://api.example.com/refresh?id=7]')).click('Import 1');
    await (await importFile('203.0.113.1:8080:ann:fresh')).click('Update 1');
    const [row] = await proxies();
    const credentials = await bot.services.proxies.credentials({ id: 'system', name: 'test' }, row.id);
    expect(credentials).toMatchObject({ password: 'fresh', changeIpUrl: 'https://api.example.com/refresh?id=7' });
  });

  test('behind a gateway is not an update: two sessions that differ in the password are two proxies', async () => {
    await (await importFile('gate.example.com:7000:ann:p_session-a1')).click('Import 1');
    const preview = await importFile('gate.example.com:7000:ann:p_session-a2\ngate.example.com:7000:ann:p_session-a3');
    expect(figures(preview)).toEqual({ new: 2 });
  });

  test('can be added as a new one instead', async () => {
    await (await importFile('203.0.113.1:8080:ann:old')).click('Import 1');
    const done = await (await importFile('203.0.113.1:8080:ann:fresh')).click('Add 1 as new');
    expect(done.text).toContain('**Added 1 as new**');
    expect(await proxies()).toHaveLength(2);
  });

  test('and blocked stays blocked and is named; removed comes back with its number and status', async () => {
    await (await importFile('203.0.113.1:8080:ann:a\n203.0.113.2:8080:ann:b')).click('Import 2');
    const [first, second] = await proxies();
    await bot.database.pool.query(`update proxies set status = 'blocked', status_reason = 'burned' where id = $1`, [
      first.id,
    ]);
    await bot.database.pool.query(`update proxies set removed_at = now(), status = 'inactive' where id = $1`, [
      second.id,
    ]);
    const preview = await importFile('203.0.113.1:8080:ann:a\n203.0.113.2:8080:ann:b');
    expect(figures(preview)).toEqual({
      new: 0,
      'restored after removal': 1,
      'known and blocked (stay blocked)': 1,
    });
    expect(preview.text).toContain(`Stay blocked: #${first.id} \`203.0.113.1:8080\` (burned)`);
    const done = await preview.click('Import 1');
    expect((await proxies()).map(({ id, status }) => [id, status])).toEqual([
      [first.id, 'blocked'],
      [second.id, 'inactive'],
    ]);
    await done.click('Undo');
    expect(await proxies()).toHaveLength(1);
  });
});

describe('clicks', () => {
  test('of two people at once, and twice by one, import once and show everybody the same', async () => {
    const preview = await importFile('203.0.113.1:8080\n203.0.113.2:8080');
    const olga = bot.ops
      .as('olga')
      .messages()
      .find((each) => each.message.id === preview.message.id);
    const replies = await Promise.all([preview.click('Import 2'), preview.click('Import 2'), olga?.click('Import 2')]);
    for (const reply of replies) expect(reply?.text).toContain('**Imported 2**');
    expect(await proxies()).toHaveLength(2);
    const audit =
      await bot.database.pool.query(`select count(*)::int as count from audit_log where action = 'proxy.import'
      and entity_id = (select max(id)::text from plans)`);
    expect(audit.rows).toEqual([{ count: 1 }]);
  });

  test('on a stale preview change nothing and show a new preview', async () => {
    const text = '203.0.113.1:8080\n203.0.113.2:8080\n203.0.113.3:8080';
    const stale = await importFile(text);
    await (await importFile('203.0.113.2:8080')).click('Import 1');
    const fresh = await stale.click('Import 3');
    expect(fresh.text).toContain(STALE_NOTICE);
    expect(fresh.buttons).toEqual(['Import 2', 'Cancel', 'Set provider']);
    expect(await proxies()).toHaveLength(1);
    await fresh.click('Import 2');
    expect(await proxies()).toHaveLength(3);
  });

  test('on Cancel end the preview', async () => {
    const preview = await importFile('203.0.113.1:8080');
    const cancelled = await preview.click('Cancel');
    expect(cancelled.text).toContain('Import cancelled');
    expect(cancelled.buttons).toEqual([]);
    expect(await proxies()).toHaveLength(0);
  });

  test('get a provider before the import or after it, and are tested on a click', async () => {
    const preview = await importFile('host,port,provider\n203.0.113.1,8080,cove\n203.0.113.2,8080,\n203.0.113.3,8080,');
    const named = await (await preview.click('Set provider')).submit({ Provider: 'bolt' });
    expect(named.buttons).toEqual(['Import 3', 'Cancel']);
    const imported = await named.click('Import 3');
    expect(imported.buttons).toEqual(['Test 3', 'Undo']);
    const providers = async () =>
      (await bot.database.pool.query(`select provider from proxies where removed_at is null order by host`)).rows.map(
        (row) => row.provider,
      );
    expect(await providers()).toEqual(['cove', 'bolt', 'bolt']);

    const later = await (await importFile('203.0.113.4:8080\n203.0.113.5:8080')).click('Import 2');
    const edit = await (await later.click('Set provider')).submit({ Provider: 'bolt' });
    expect(edit.text).toContain('Edit 2 proxies');
    await edit.click('Apply 2');
    expect(await providers()).toEqual(['cove', 'bolt', 'bolt', 'bolt', 'bolt']);
    expect((await (await later.click('Set provider')).submit({ Provider: 'bolt' })).text).toContain(
      'No proxy of this import is without a provider any more.',
    );
    expect((await later.click('Test 2')).text).toMatch(/Tested 2 proxies|2 proxies/);
    expect(bot.sandbox.violations).toEqual([]);
  });

  test('offer to set a provider, a country and a label on the known proxies that lack them', async () => {
    const text = '203.0.113.1:8080\n203.0.113.2:8080\n203.0.113.3:8080';
    await (await importFile(text)).click('Import 3');
    await (await bot.ops.command('/proxy edit', { search: '203.0.113.1', set_provider: 'Dune' })).click('Apply 1');
    const file = { name: 'again.txt', data: Buffer.from(`${text}\n203.0.113.4:8080`) };
    const options = { file, provider: 'DUNE', country: 'DE', label: 'desk' };
    const preview = await bot.ops.command('/proxy import', options);
    expect(preview.text).toContain(
      '✏️ Known proxies without these values: provider `DUNE` 2, country `DE` 3, label `desk` 3',
    );
    expect(preview.buttons).toEqual(['Import 1', 'Cancel', 'Set provider on 2', 'Set country on 3', 'Set label on 3']);
    const edit = await preview.click('Set provider on 2');
    expect(edit.text).toContain('**Provider** (none) 2 → `DUNE`');
    await edit.click('Apply 2');
    const left = await bot.ops.command('/proxy import', options);
    expect(left.buttons).toEqual(['Import 1', 'Cancel', 'Set country on 3', 'Set label on 3']);
    const gone = await preview.click('Set provider on 2');
    expect([gone.isEphemeral, gone.text]).toEqual([
      true,
      expect.stringContaining('No proxy of this import lacks its provider any more.'),
    ]);
    const { rows } = await bot.database.pool.query(
      'select distinct provider, country from proxies where removed_at is null',
    );
    expect(rows).toEqual([{ provider: 'Dune', country: null }]);
  });

  test('on Undo ask first where proxies carry accounts, and leave those', async () => {
    const done = await (await importFile('203.0.113.1:8080\n203.0.113.2:8080')).click('Import 2');
    const [carrier] = await proxies();
    const { pool } = bot.database;
    await pool.query(`insert into models (name, key) values ('Amber', 'amber') on conflict do nothing`);
    await pool.query(
      `insert into accounts (username, key, model_id) select 'u1', 'u1', id from models where key = 'amber'`,
    );
    await pool.query(
      `insert into proxy_model_claims (proxy_id, model_id) select $1, id from models where key = 'amber'`,
      [carrier.id],
    );
    await pool.query(
      `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
      select a.id, $1, a.model_id, 1, 'test', 'unused' from accounts a where a.key = 'u1'`,
      [carrier.id],
    );
    const question = await done.click('Undo');
    expect(question.text).toContain('**1 proxy** will be removed.');
    expect(question.text).toContain(`1 proxy has accounts and stays: #${carrier.id}.`);
    expect((await question.click('Cancel')).buttons).toEqual(['Test 2', 'Set provider', 'Undo']);
    const undone = await (await question.refresh().click('Undo')).click('Undo 1');
    expect(undone.text).toContain('1 reverted');
    expect((await proxies()).map((row) => row.id)).toEqual([carrier.id]);
  });

  test('an Undo that could revert nothing says so to the caller alone, and which proxies stay', async () => {
    const done = await (await importFile('203.0.113.1:8080')).click('Import 1');
    await bot.ops.command('/account add', { username: 'u2', model: 'Amber' });
    const refused = await done.click('Undo');
    expect([refused.isEphemeral, refused.text]).toEqual([
      true,
      expect.stringMatching(/^\*\*Nothing of import #\d+ can be undone: 1 proxy has accounts and stays: #\d+\.\*\*\n/),
    ]);
  });
});

describe('a list with two readings', () => {
  const text = 'proxy.example.com:8080:gate.example.com:9090';

  test('says which one it takes, and imports the other on request', async () => {
    const preview = await importFile(text);
    expect(preview.text).toContain('can be read in two ways');
    const other = preview.buttons.find((label) => label.startsWith('Read as'));
    const flipped = await preview.click(other ?? '');
    await flipped.click('Import 1');
    const [row] = await proxies();
    expect([row.host, row.port, row.username]).not.toEqual(['proxy.example.com', 8080, 'gate.example.com']);
    expect(row.host).toBe('gate.example.com');
  });
});

describe('a preview', () => {
  test('asks which number of a date is the day, and imports what the answer says', async () => {
    const text = 'host,port,expires\n203.0.113.1,8080,05/06/2099\n203.0.113.2,8080,2099-01-01';
    const preview = await importFile(text, 'dates.csv');
    expect(preview.text).toContain('can be read in two ways');
    expect(preview.text).toContain('Read as `dd/mm/yyyy`, such as `2099-06-05`');
    expect(preview.buttons).toContain('Read as mm/dd/yyyy');
    const flipped = await preview.click('Read as mm/dd/yyyy');
    expect(flipped.buttons).toContain('Read as dd/mm/yyyy');
    await flipped.click('Import 2');
    const expiries = (await proxies()).map(({ expires_at }) => expires_at.toISOString());
    expect(expiries).toEqual(['2099-05-06T23:59:59.999Z', '2099-01-01T23:59:59.999Z']);
  });

  test('takes the order of day and month that another line shows', async () => {
    const preview = await importFile(
      'host,port,expires\n203.0.113.1,8080,05/06/2099\n203.0.113.2,8080,12/31/2099',
      'a.csv',
    );
    expect(preview.text).not.toContain('two ways');
    await preview.click('Import 2');
    expect((await proxies())[0].expires_at.toISOString()).toBe('2099-05-06T23:59:59.999Z');
  });

  test('says how many lines have expired already', async () => {
    const day = (ms: number) => new Date(Date.now() + ms).toISOString();
    const [past, future] = [day(-86_400_000), day(86_400_000)];
    const rows = [past, past, future].map((expires, n) => `203.0.113.${n + 1},8080,${expires}`);
    const preview = await importFile(['host,port,expires', ...rows].join('\n'), 'a.csv');
    expect(preview.text).toContain('**2 proxies** to import have already expired.');
    expect((await preview.click('Import 3')).text).not.toContain('already expired');
  });

  test('shows the odd lines of a file among its examples', async () => {
    const plain = Array.from({ length: 200 }, (_, n) => `203.0.113.${n + 1}:8080:ann:s3cret${n}`);
    const odd = ['socks5://bob:s3cret@gate.example.com:1080', '[2001:db8::7]:8080', 'http://cyd@203.0.114.1:8080#Desk'];
    const preview = await importFile([...plain, ...odd].join('\n'));
    for (const address of ['gate.example.com:1080', '[2001:db8::7]:8080', '203.0.114.1:8080', '203.0.113.1:8080']) {
      expect(preview.text).toContain(address);
    }
  });
});

describe('the modal', () => {
  test('opens if no file is given, prefilled, and accepts a pasted list', async () => {
    const opened = await bot.ops.command('/proxy import', { provider: 'Acme', type: 'socks5' });
    expect(opened.modal?.title).toBe('Import proxies');
    const preview = await opened.submit({ 'Or paste a list': '203.0.113.1:1080\n203.0.113.2:1080', Provider: 'Acme' });
    await preview.click('Import 2');
    expect((await proxies()).map(({ type, provider }) => [type, provider])).toEqual([
      ['socks5', 'Acme'],
      ['socks5', 'Acme'],
    ]);
  });

  test('accepts a file, and requires exactly one of the two', async () => {
    const open = () => bot.ops.command('/proxy import');
    const data = Buffer.from('203.0.113.9:1080');
    expect(figures(await (await open()).submit({ File: { name: 'a.txt', data } }))).toEqual({ new: 1 });
    const empty = await (await open()).submit({});
    expect([empty.isEphemeral, empty.text]).toEqual([true, expect.stringContaining('The file and the list are empty')]);
    const both = await (await open()).submit({ File: { name: 'a.txt', data }, 'Or paste a list': '203.0.113.1:1' });
    expect(both.text).toContain('either a file or a pasted list');
  });
});

describe('the message menu', () => {
  test('reads every file of a message and offers to delete it', async () => {
    const files = ['203.0.113.1:8080', '203.0.113.2:8080'].map((text, n) => ({
      name: `${n}.txt`,
      data: Buffer.from(text),
    }));
    const posted = await bot.ops.post({ files });
    const preview = await bot.ops.messageCommand('Import proxies', posted);
    expect(preview.buttons).toEqual(['Import 1', 'Cancel', 'Set provider', 'Delete message']);
    expect(figures(await preview.waitForNext())).toEqual({ new: 1 });
    const after = await preview.click('Delete message');
    expect(after.buttons).toEqual(['Import 1', 'Cancel', 'Set provider']);
    expect(bot.ops.messages().some((each) => each.message.id === posted.id)).toBe(false);
  });

  test('reads a pasted list, and refuses what is none, which keeps no other file back', async () => {
    const posted = await bot.ops.post({ content: '```\n203.0.113.1:8080:ann:x\n203.0.113.2:8080:ann:y\n```' });
    expect(figures(await bot.ops.messageCommand('Import proxies', posted))).toEqual({ new: 2 });
    const [picture, list] = [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]), Buffer.from('203.0.113.9:8080')];
    const alone = await bot.ops.post({ files: [{ name: 'shot.png', data: picture }] });
    const refusal = await bot.ops.messageCommand('Import proxies', alone);
    expect([refusal.isEphemeral, refusal.text]).toEqual([true, expect.not.stringContaining('shot.png')]);
    const both = await bot.ops.post({
      files: [
        { name: 'shot.png', data: picture },
        { name: 'list.txt', data: list },
      ],
    });
    const preview = await bot.ops.messageCommand('Import proxies', both);
    expect(figures(preview)).toEqual({ new: 1 });
    const other = await preview.waitForNext();
    expect([other.isEphemeral, other.text]).toEqual([true, expect.stringContaining('shot.png:')]);
  });

  test('reads the text beside files too, and says what it left out', async () => {
    const files = ['203.0.113.1:8080', '203.0.113.2:8080\n203.0.113.3:8080'].map((text, n) => ({
      name: `${n}.txt`,
      data: Buffer.from(text),
    }));
    const both = await bot.ops.post({ content: '203.0.113.4:80\n203.0.113.5:80\n203.0.113.6:80', files });
    const first = await bot.ops.messageCommand('Import proxies', both);
    const second = await first.waitForNext();
    expect([first, second].map(figures)).toEqual([{ new: 1 }, { new: 2 }]);
    const ofText = await bot.ops.waitFor(({ text }) => /pasted list[\s\S]*203\.0\.113\.6/.test(text));
    expect(figures(ofText)).toEqual({ new: 3 });
    const remark = await bot.ops.post({ content: 'the new ones, please', files: files.slice(0, 1) });
    const preview = await bot.ops.messageCommand('Import proxies', remark);
    expect(figures(preview)).toEqual({ new: 1 });
    const left = await preview.waitForNext();
    expect([left.isEphemeral, left.text]).toEqual([
      true,
      expect.stringContaining('Text of the message: It contains no proxies and was left out.'),
    ]);
  });
});

describe('what cannot be imported is refused in a sentence, to the caller alone, and changes nothing', () => {
  const cases: [string, { text: string | Buffer; name?: string }, RegExp][] = [
    ['an empty file', { text: ' \n ' }, /empty/],
    ['headers alone', { text: 'host,port,user,password\n', name: 'a.csv' }, /only headers/],
    ['JSON that is no list', { text: '{"a": 1}', name: 'a.json' }, /must be an array/],
    [
      'a picture',
      { text: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0xff, 0xfe, 0, 0]), name: 'a.png' },
      /Unsupported file/,
    ],
    [
      'UTF-16 that is cut short',
      { text: Buffer.from([0xff, 0xfe, 0x31, 0x00, 0x32]), name: 'a.txt' },
      /ends in the middle/,
    ],
    ['a broken archive', { text: Buffer.from([0x1f, 0x8b, 1, 2, 3]), name: 'a.csv.gz' }, /damaged/],
    [
      'an archive that unpacks to more than 100 MiB',
      { text: gzipSync(Buffer.alloc(101 * 1024 * 1024, 'a')), name: 'a.csv.gz' },
      /100 MiB/,
    ],
    [
      '200,001 rows',
      { text: Array.from({ length: 200_001 }, (_, n) => `203.0.113.1:${(n % 60_000) + 1}:u${n}:p`).join('\n') },
      /200,000/,
    ],
    ['a file over 25 MiB', { text: Buffer.alloc(26 * 1024 * 1024, 'a') }, /25 MiB/],
  ];
  for (const [name, { text, name: fileName }, says] of cases) {
    test(name, async () => {
      const reply = await importFile(text, fileName);
      expect(reply.text).toMatch(says);
      expect(reply.isEphemeral).toBe(true);
      expect(await proxies()).toHaveLength(0);
    });
  }

  test('a line of a million characters is one rejected line', async () => {
    const reply = await importFile(`203.0.113.1:8080\n${'a'.repeat(1_000_000)}`);
    expect(figures(reply)).toEqual({ new: 1, invalid: 1 });
  });

  test('a private host in every spelling is a rejected line', async () => {
    const hosts = [
      '10.0.0.1',
      '127.1',
      '0x7f.1',
      '2130706433',
      'localhost',
      '[::1]',
      '[::ffff:10.0.0.1]',
      '192.168.1.1',
      '169.254.1.1',
      '100.64.0.1',
    ];
    const reply = await importFile([...hosts.map((host) => `${host}:8080`), '203.0.113.1:8080'].join('\n'));
    expect(figures(reply)).toEqual({ new: 1, invalid: hosts.length });
  });

  for (const [name, fault, says] of [
    ['answers 404', 'missing', /status 404/],
    ['redirects elsewhere', { redirect: 'http://127.0.0.1:9/list.txt' }, /it redirects/],
    ['never ends', 'endless', /the limit is 25 MiB/],
  ] as const) {
    test(`an attachment that ${name}`, async () => {
      bot.sandbox.faults.attachment('faulty.txt', fault);
      const reply = await importFile('203.0.113.1:8080', 'faulty.txt');
      expect([reply.isEphemeral, reply.text]).toEqual([true, expect.stringMatching(says)]);
      bot.sandbox.faults.clear();
    });
  }
});

test('text that people typed shows as text', async () => {
  const label = '@everyone **bold** <@1> `x` \u202Eevil\u200B # h [a](http://b)';
  const csv = `host,port,label,notes\n203.0.113.1,8080,"${label}","||spoiler|| <t:0>"`;
  await (await importFile(csv, 'a.csv')).click('Import 1');
  const [{ id }] = await proxies();
  const card = await bot.ops.command('/proxy show', { proxy: `#${id}` });
  expect(card.text).toContain('\\@everyone \\*\\*bold\\*\\* \\<\\@1\\> \\`x\\` evil \\# h \\[a\\]\\(http\\://b\\)');
  expect(card.text).not.toMatch(/[\u202E\u200B]/);
});
