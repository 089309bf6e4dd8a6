import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot({ lateEditsPerHour: 0 });
});
beforeEach(async () => {
  bot.sandbox.faults.clear();
  await run('delete from alert_mutes');
  await emptyPool(bot.database);
  await bot.runJob('follow-alerts');
  await expect.poll(() => run('select id from alerts where closed_at is null')).toEqual([]);
  bot.sandbox.violations.length = 0;
});
afterAll(() => bot.stop());

let networks = 0;
/** Proxies of a provider, on a network of their own. */
async function importProxies(provider: string, count: number): Promise<number[]> {
  const network = ++networks;
  const text = Array.from({ length: count }, (_, n) => `203.0.${network}.${n + 1}:8080:u:p`).join('\n');
  const file = { name: 'a.txt', data: Buffer.from(text) };
  await (await bot.ops.command('/proxy import', { file, provider })).click(`Import ${count}`);
  return (await run(`select id from proxies where provider = '${provider}' order by id`)).map(
    (row) => row.id as number,
  );
}

/** The messages of a provider's alerts; other answers name it elsewhere. */
const isAlertOf = (provider: string) => (message: Reply) =>
  !message.isEphemeral && new RegExp(`^### [🔴✅].* · ${provider}( |$)`, 'mu').test(message.text);
const alertsOf = (provider: string) => bot.ops.messages().filter(isAlertOf(provider));
/** Waits until the bot has noted that the message is in the channel as it should be. */
const isNoted = ({ message }: Reply) =>
  expect
    .poll(() => run(`select id from messages where message_id = '${message.id}' and sent_version = version`))
    .toHaveLength(1);
const hourOld = `interval '61 minutes'`;

test('a provider dies: one message comes, grows, moves the accounts, and closes with its duration', async () => {
  const acme = await importProxies('acme', 4);
  for (const username of ['a1', 'a2', 'b1']) {
    await bot.ops.command('/account add', { username, model: username.startsWith('a') ? 'Amber' : 'Bella' });
  }
  await importProxies('bolt', 4);
  const assignments = await run('select proxy_id as id from account_proxy_assignments order by account_id');
  const [first = 0] = assignments.map(({ id }) => id as number);
  await changeHealth(bot, 'failing', [first]);
  const alert = await bot.ops.waitFor(isAlertOf('acme'));
  expect(alert.text).toContain('1 proxy failing');
  expect(alert.text).toContain('**1 account** affected: Amber 1');
  expect(alert.buttons).toEqual(['Acknowledge', 'Retest', 'Reassign', 'Deactivate', 'Add note', 'Details']);

  await changeHealth(
    bot,
    'failing',
    acme.filter((id) => id !== first),
  );
  const grown = await alert.waitFor(
    ({ text }) => text.includes('4 proxies failing') && text.includes('All of them can move'),
  );
  expect(grown.text).toContain('**3 accounts** affected: Amber 2 · Bella 1');
  expect((await grown.click('Details')).text).toMatch(/Incident #\d+ · 4 proxies/);

  const plan = await grown.click('Reassign');
  expect(plan.text).toContain('**3 accounts** move to other proxies');
  expect((await plan.click('Apply 3')).text).toContain('3 accounts moved');
  await alert.waitFor(({ text }) => text.includes('No accounts are affected'));
  expect(
    await run(
      `select distinct end_reason from assignment_history where ended_at is not null and proxy_id in (${acme.join()})`,
    ),
  ).toEqual([{ end_reason: expect.stringMatching(/^incident #\d+$/) }]);

  await changeHealth(bot, 'healthy', acme);
  const over = await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(over.text).toMatch(/✅ Resolved after \d+ (s|min) · acme · 4 proxies failed/);
  expect(over.buttons).toEqual(['Details']);
  expect(alertsOf('acme')).toHaveLength(1);
  expect(bot.sandbox.violations).toEqual([]);
});

test('the outage of another provider has a message of its own; growth and recovery are replies', async () => {
  const early = { at: new Date(Date.now() - 10 * 60_000) };
  const kite = await importProxies('kite', 8);
  const lynx = await importProxies('lynx', 2);
  for (let n = 0; n < 10; n++) await bot.ops.command('/account add', { username: `k${n}`, model: 'Kite' });
  await changeHealth(bot, 'failing', kite.slice(0, 1), early);
  const first = await bot.ops.waitFor(isAlertOf('kite'));
  const aged = () =>
    run(
      `update messages set posted_at = posted_at - interval '1 minute' where message_id = '${first.message.id}' returning id`,
    );
  await expect.poll(aged).toHaveLength(1);
  await changeHealth(bot, 'failing', [...kite.slice(1), ...lynx]);
  await bot.ops.waitFor(isAlertOf('lynx'));
  const isReply = ({ message }: Reply) => message.message_reference?.message_id === first.message.id;
  const grown = await bot.ops.waitFor(isReply);
  expect(grown.text).toMatch(/^📈 \*\*Incident #\d+ grew: 1 → 8 proxies · \d+ accounts at risk\*\* · kite$/);
  await changeHealth(bot, 'healthy', [...kite, ...lynx]);
  const over = await bot.ops.waitFor((message) => isReply(message) && message.text.startsWith('✅'));
  expect(over.text).toMatch(/^✅ \*\*Incident #\d+ resolved after 10 min\*\* · 8 proxies recovered · kite$/);
  expect([alertsOf('kite'), alertsOf('lynx')].map((alerts) => alerts.length)).toEqual([1, 1]);
  expect(bot.sandbox.violations).toEqual([]);
});

test('a flapping proxy has one message, which says so, and its third failure notifies no one', async () => {
  const [flint = 0] = await importProxies('flint', 1);
  const minutesAgo = (minutes: number) => ({ at: new Date(Date.now() - minutes * 60_000) });
  const first = 44;
  for (let cycle = 0; cycle < 5; cycle++) {
    await changeHealth(bot, 'failing', [flint], minutesAgo(first - 10 * cycle));
    await bot.ops.waitFor((message) => isAlertOf('flint')(message) && message.text.includes('🔴'));
    await changeHealth(bot, 'healthy', [flint], minutesAgo(first - 4 - 10 * cycle));
    await bot.ops.waitFor((message) => isAlertOf('flint')(message) && message.text.includes('✅ Resolved after'));
  }
  const [alert] = alertsOf('flint');
  const flapping = await alert?.waitFor(({ text }) => text.includes('failed 5 times'));
  expect(flapping?.text).toMatch(
    /✅ Resolved after 44 min · flint · 1 proxy failed\n🔁 \*\*Flapping\*\*: failed 5 times in 40 min/,
  );
  const replies = () =>
    bot.ops
      .messages()
      .filter(({ message }) => message.message_reference?.message_id === alert?.message.id)
      .map(({ text }) => text);
  const before = [
    expect.stringMatching(/^✅ \*\*Incident #\d+ resolved after 4 min\*\* · 1 proxy recovered · flint$/),
    expect.stringMatching(
      /^🔁 \*\*Incident #\d+ is back: 1 proxy fails again\*\* · 0 accounts at risk · flint\n-# It may be flapping/,
    ),
  ];
  expect(replies()).toEqual(before);
  expect(alertsOf('flint')).toHaveLength(1);
  await run(
    `update alerts set closed_at = closed_at - ${hourOld}, opened_at = opened_at - ${hourOld} where openings = 5`,
  );
  await expect
    .poll(replies)
    .toEqual([
      ...before,
      expect.stringMatching(/^✅ \*\*Incident #\d+ resolved after 44 min\*\* · failed 5 times · 1 proxy recovered/),
    ]);
  expect(bot.sandbox.violations).toEqual([]);
});

test('proxies that are deactivated leave their alert, and the last one closes it', async () => {
  const cove = await importProxies('cove', 2);
  await changeHealth(bot, 'failing', cove);
  const alert = await bot.ops.waitFor(isAlertOf('cove'));
  await (await alert.click('Deactivate')).click('Deactivate 2');
  const over = await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(over.text).toContain('2 proxies failed');
  expect(bot.sandbox.violations).toEqual([]);
});

test('an alert older than an hour is not edited: a new message replies to it and takes over', async () => {
  const dune = await importProxies('dune', 3);
  await changeHealth(bot, 'failing', dune.slice(0, 1));
  const old = await bot.ops.waitFor(isAlertOf('dune'));
  await isNoted(old);
  await run(
    `update messages set posted_at = posted_at - ${hourOld} where message_id = '${old.message.id}'; update alerts set opened_at = opened_at - ${hourOld} where closed_at is null`,
  );
  bot.sandbox.clock.advance(61 * 60_000);
  await changeHealth(bot, 'failing', dune.slice(1));
  const successor = await bot.ops.waitFor(
    (message) => message.message.message_reference?.message_id === old.message.id,
  );
  expect(successor.text).toContain('3 proxies failing');
  await changeHealth(bot, 'healthy', dune);
  await successor.waitFor(({ text }) => text.includes('Resolved after 1 h'));
  expect(old.refresh().text).toContain('1 proxy failing');
  expect(bot.sandbox.violations).toEqual([]);
});

test('a deleted message is sent again, and the list says so', async () => {
  const echo = await importProxies('echo', 2);
  await changeHealth(bot, 'failing', echo.slice(0, 1));
  const gone = await bot.ops.waitFor(isAlertOf('echo'));
  bot.sandbox.faults.forgetMessage(gone.message.id);
  await changeHealth(bot, 'failing', echo);
  const again = await bot.ops.waitFor(isAlertOf('echo'));
  expect(again.text).toContain('2 proxies failing');
  expect(bot.log()).toContain('a message was deleted in the channel');
  expect((await bot.ops.command('/alerts list')).text).toContain('its message was deleted');
  await changeHealth(bot, 'healthy', echo);
  await again.waitFor(({ text }) => text.includes('Resolved after'));
});

test('a message whose note was lost long ago is found in the channel, and not sent again', async () => {
  const iris = await importProxies('iris', 2);
  await changeHealth(bot, 'failing', iris.slice(0, 1));
  const alert = await bot.ops.waitFor(isAlertOf('iris'));
  await isNoted(alert);
  bot.sandbox.clock.advance(6 * 60_000);
  await run(`update messages set message_id = null, posts = posts - 1, posting_since = posted_at - interval '10 minutes'
    where message_id = '${alert.message.id}'`);
  await changeHealth(bot, 'failing', iris);
  await alert.waitFor(({ text }) => text.includes('2 proxies failing'));
  expect(alertsOf('iris')).toHaveLength(1);
  await changeHealth(bot, 'healthy', iris);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
});

test('a storm of 429 and 5xx delays a message, and neither loses nor doubles it', async () => {
  const flux = await importProxies('flux', 3);
  const posts = /POST .*\/messages$/;
  bot.sandbox.faults.fail({ route: posts, status: 502, count: 5 });
  bot.sandbox.faults.rateLimit({ route: posts, count: 2, retryAfterMs: 300 });
  for (const id of flux) await changeHealth(bot, 'failing', [id]);
  const alert = await bot.ops.waitFor(isAlertOf('flux'));
  bot.sandbox.faults.fail({ route: 'PATCH', status: 503, count: 5 });
  await changeHealth(bot, 'healthy', flux);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(alertsOf('flux')).toHaveLength(1);
});

test('while Discord is away an alert waits, and comes once when it is back, even without the gateway', async () => {
  const jade = await importProxies('jade', 2);
  bot.sandbox.faults.outage(true);
  await changeHealth(bot, 'failing', jade.slice(0, 1));
  await expect
    .poll(() => run('select problem from messages where problem is not null'))
    .toEqual([{ problem: 'unavailable' }]);
  await changeHealth(bot, 'failing', jade.slice(1));
  bot.sandbox.faults.outage(false);
  bot.sandbox.faults.cutGateway({ canResume: false });
  const alert = await bot.ops.waitFor(isAlertOf('jade'));
  expect(alert.text).toContain('2 proxies failing');
  await changeHealth(bot, 'healthy', jade);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(alertsOf('jade')).toHaveLength(1);
});

test('a channel that is gone is said, and another one gets what waited', async () => {
  const gale = await importProxies('gale', 1);
  const admin = bot.ops.as('ada');
  bot.sandbox.faults.fail({ route: /^POST \/channels\/\d+\/messages$/, status: 404, code: 10_003, count: 1_000 });
  await changeHealth(bot, 'failing', gale);
  await expect
    .poll(() => run('select problem from messages where problem is not null'))
    .toEqual([{ problem: 'channel_gone' }]);
  const list = await bot.ops.command('/alerts list');
  const { channelId } = bot.sandbox;
  expect(list.text).toContain(`**1 alert not delivered** to <#${channelId}>: the channel no longer exists`);
  expect(alertsOf('gale')).toEqual([]);
  bot.sandbox.faults.clear();
  const set = await admin.command('/alerts settings', { channel: '#ops' });
  expect(set.text).toContain(`**Channel** <#${channelId}>`);
  const gone = await bot.ops.waitFor(isAlertOf('gale'));
  await changeHealth(bot, 'healthy', gale);
  await gone.waitFor(({ text }) => text.includes('Resolved after'));
  expect((await bot.ops.command('/alerts list')).text).not.toContain('not delivered');
});

test('if the channel of the settings is lost, alerts come to the configured one, with a message that says so', async () => {
  const inca = await importProxies('inca', 1);
  const lost = '100000000000000999';
  await run(`insert into settings (key, value) values ('alert_channel', '"${lost}"')
    on conflict (key) do update set value = excluded.value`);
  await changeHealth(bot, 'failing', inca);
  const alert = await bot.ops.waitFor(isAlertOf('inca'));
  const notice = await bot.ops.waitFor(({ text }) => text.includes(`The alert channel <#${lost}> was deleted`));
  expect(notice.text).toContain('Alerts come to this channel from now on.');
  const settings = await bot.ops.as('ada').command('/alerts settings');
  expect(settings.text).toContain(`**Channel** <#${bot.sandbox.channelId}>`);
  expect(bot.ops.messages().filter(({ text }) => text.includes('The alert channel'))).toHaveLength(1);
  expect((await bot.ops.command('/alerts list')).text).not.toContain('not delivered');
  await changeHealth(bot, 'healthy', inca);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
});

test('a muted alert is listed without a message, which is sent when the mute ends', async () => {
  const hale = await importProxies('hale', 1);
  await bot.ops.command('/alerts mute', { provider: 'hale', hours: 2 });
  await changeHealth(bot, 'failing', hale);
  await expect.poll(() => run(`select id from messages where due_at > now() + interval '1 hour'`)).toHaveLength(1);
  const list = await bot.ops.command('/alerts list');
  expect(list.text).toMatch(/1 proxy failing\*\* · hale · timeout .* 🔕 until/);
  expect(list.text).toMatch(/🔕 hale until/);
  expect(alertsOf('hale')).toEqual([]);
  const opened = await list.choose(list.options[0] ?? '');
  expect([opened.isEphemeral, opened.text]).toEqual([true, expect.stringContaining('1 proxy failing · hale')]);
  await bot.ops.command('/alerts mute', { provider: 'hale', hours: 0 });
  const told = await bot.ops.waitFor(isAlertOf('hale'));
  expect((await told.choose('8 hours')).text).toMatch(/🔕 muted until <t:\d+:f> · <@\d+>/);
});

test('a mute without a target asks before it silences everything', async () => {
  const mutes = () => run('select id from alert_mutes where until > now() and provider is null and proxy_id is null');
  const before = (await mutes()).length;
  const question = await bot.ops.command('/alerts mute', { hours: 3 });
  expect(question.text).toContain('### Mute all alerts for 3 hours?');
  expect((await question.click('Cancel')).text).toMatch(/\*\*Cancelled\*\* by <@\d+>\. Nothing was changed\./);
  expect(await mutes()).toHaveLength(before);
  const again = await bot.ops.command('/alerts mute');
  expect((await again.click('Mute all for 8 hours')).text).toMatch(/### 🔕 Muted until <t:\d+:f>: all alerts · <@\d+>/);
  expect(await mutes()).toHaveLength(1);
  expect((await bot.ops.command('/alerts mute', { hours: 0 })).text).toContain('🔔 Unmuted: all alerts');
  expect(await mutes()).toHaveLength(0);
});

test('the digest comes with a picture of the pool', async () => {
  await bot.ops.as('ada').command('/alerts settings', { digest_hour: new Date().getUTCHours() });
  await bot.runJob('survey-pool');
  const digest = await bot.ops.waitFor(({ text }) => text.includes('📋'));
  expect(digest.text).toMatch(/\*\*Accounts\*\* \d+ assigned · \d+ waiting · \d+ on hold/);
  expect(digest.files.map(({ name }) => name)).toContainEqual(expect.stringMatching(/\.png$/));
});

test('settings are shown, kept, and refused where they are out of range', async () => {
  const admin = bot.ops.as('ada');
  expect((await admin.command('/alerts settings')).text).toContain('**Failing** after 3 failed checks in a row');
  await admin.command('/alerts settings', { failures_to_alert: 5, failover: 'off', digest_hour: 6, expiry_days: 14 });
  const shown = (await admin.command('/alerts settings')).text;
  expect(shown).toContain('**Failing** after 5 failed checks in a row');
  expect(shown).toContain('**Failover** off');
  expect(shown).toContain('**Digest** daily at 06:00 UTC');
  expect(shown).toContain('announced 14 days before');
  expect((await admin.command('/alerts settings', { digest_hour: -1, failover: 'suggest' })).text).toContain(
    '**Digest** off',
  );
  expect((await bot.ops.command('/alerts mute', { proxy: '#1', provider: 'hale' })).text).toContain(
    'either a proxy or a provider',
  );
});

test('expiring proxies of all providers come in one message, and get a new expiry from it', async () => {
  const ids = [...(await importProxies('mint', 2)), ...(await importProxies('nova', 1))];
  await run(`update proxies set expires_at = now() + interval '3 days' where id in (${ids.join()})`);
  await bot.runJob('survey-pool');
  const alert = await bot.ops.waitFor(({ text }) => text.includes('3 proxies expire soon · mint, nova'));
  expect(alert.buttons).toEqual(['Set expiry', 'Reassign', 'Details']);
  expect(alert.text).toContain('<t:');
  const modal = await alert.click('Set expiry');
  const preview = await modal.submit({ 'New expiry': '2031-05-04' });
  const done = await preview.click('Apply 3');
  expect(done.text).toContain('2031-05-04');
  expect(
    await run(`select count(*)::int from proxies where expires_at >= '2031-05-04' and id in (${ids.join()})`),
  ).toEqual([{ count: 3 }]);
});
