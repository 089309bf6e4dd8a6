import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ON_CALL_ROLE_ID, ROLE_IDS, USER_IDS } from '../../../sandbox/server/ids.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-03-28T12:00:00Z');
const POST = /^POST \/channels\/\d+\/messages$/;

let bot: TestBot;
let now = new Date(START);
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
};

beforeAll(async () => {
  bot = await startTestBot({ now: () => now, lateEditsPerHour: 0 });
  await bot.ops.as('ada').command('/alerts settings', { escalate_after: 15, threads: 'on' });
});
beforeEach(async () => {
  bot.sandbox.faults.clear();
  now = new Date(START);
  await run(`update proxy_health set health = 'healthy'`);
  await watch();
  await expect.poll(() => run('select id from alerts where closed_at is null')).toEqual([]);
  await bot.ops.as('ada').command('/alerts settings', { quiet_hours: 'off', escalate_role: '@on-call' });
  bot.sandbox.violations.length = 0;
});
afterAll(() => bot.stop());

let networks = 0;
/** An incident of a provider of its own, with two accounts, that is at risk from now on. */
async function openIncident(provider: string): Promise<{ alert: Reply; proxies: number[] }> {
  const network = ++networks;
  const text = `203.0.${network}.1:8080:u:p\n203.0.${network}.2:8080:u:p`;
  await (await bot.ops.command('/proxy import', { file: { name: 'a.txt', data: Buffer.from(text) }, provider })).click(
    'Import 2',
  );
  for (const n of [1, 2]) await bot.ops.command('/account add', { username: `${provider}${n}`, model: provider });
  const rows = await run(`select id from proxies where provider = '${provider}' order by id`);
  const proxies = rows.map((row) => row.id as number);
  const at = new Date(Date.now() - 20 * 60 * MINUTE_MS + network * 90 * MINUTE_MS);
  await changeHealth(bot, 'failing', proxies, { at });
  const alert = await bot.ops.waitFor(({ text: shown }) => new RegExp(`^### 🔴 .* · ${provider}$`, 'mu').test(shown));
  const isAtRisk = () =>
    run(
      `select at_risk_since as since from alerts where closed_at is null and at_risk_since is not null and owner_id is null`,
    );
  await watch();
  await expect.poll(isAtRisk).toHaveLength(1);
  return { alert, proxies };
}

const isMentionOf = (provider: string) => (reply: Reply) =>
  reply.text.includes('was not acknowledged') && reply.text.includes(`· ${provider}`);
const mentionsOf = (provider: string) => bot.ops.messages().filter(isMentionOf(provider));
/** The job that mentions roles, which the bot runs every few seconds as well. */
const watch = () => bot.runJob('follow-alerts');
const nothingToSend = () =>
  expect.poll(() => run('select id from messages where sent_version < version and due_at <= now()')).toEqual([]);

test('one reply mentions the role, and no other message of the bot can mention anybody', async () => {
  const { alert } = await openIncident('acme');
  const [incident] = await run('select id from alerts where closed_at is null');
  await bot.ops.command('/account add', {
    username: '@everyone <@&100000000000000024>',
    model: '<@100000000000000031>',
  });
  later(14);
  await watch();
  expect(mentionsOf('acme')).toEqual([]);
  later(1);
  const mention = await bot.ops.waitFor(isMentionOf('acme'));
  expect(mention.text).toBe(
    `🚨 <@&${ON_CALL_ROLE_ID}> **Incident #${incident.id} was not acknowledged for 15 min** · 2 accounts at risk · acme`,
  );
  expect(mention.message.message_reference?.message_id).toBe(alert.message.id);
  expect(mention.message).toMatchObject({ mention_roles: [ON_CALL_ROLE_ID], mentions: [], mention_everyone: false });

  const mine = await mention.click('Acknowledge');
  expect(mine.text).toContain(`👤 Acknowledged by <@${USER_IDS.otto}>`);
  expect(mine.buttons).toEqual([]);
  await alert.waitFor(({ text }) => text.includes('escalated') && text.includes(`Acknowledged by <@${USER_IDS.otto}>`));
  later(600);
  await watch();
  expect(mentionsOf('acme')).toHaveLength(1);

  const allowed = bot.sandbox.requests.flatMap(({ method, path, body }) => {
    const isMessage = method !== 'GET' && /\/messages|\/callback$|\/webhooks\//.test(path) && method !== 'DELETE';
    if (!isMessage || typeof body !== 'object' || body === null) return [];
    const sent = 'data' in body && typeof body.data === 'object' && body.data !== null ? body.data : body;
    const hasText = 'components' in sent || 'content' in sent;
    return hasText ? ['allowed_mentions' in sent ? sent.allowed_mentions : 'anybody'] : [];
  });
  expect(allowed.length).toBeGreaterThan(10);
  const [roles, ...others] = [...new Set(allowed.map((each) => JSON.stringify(each)))].toSorted().reverse();
  expect(roles).toBe(JSON.stringify({ roles: [ON_CALL_ROLE_ID] }));
  expect(others).toEqual([JSON.stringify({ parse: [] })]);
  expect(bot.sandbox.violations).toEqual([]);
});

test('an incident that is acknowledged a second before mentions no role', async () => {
  const { alert } = await openIncident('bolt');
  later(15 - 1 / 60);
  await watch();
  await alert.click('Acknowledge');
  later(60);
  await watch();
  await nothingToSend();
  expect(mentionsOf('bolt')).toEqual([]);
});

test('in a night in which the clock goes forward the mention comes at seven', async () => {
  const saved = await bot.ops.as('ada').command('/alerts settings', { quiet_hours: '22:00-07:00 Europe/Berlin' });
  expect(saved.text).toContain('from 1 affected account · not 22:00-07:00 Europe/Berlin');
  now = new Date('2026-03-28T20:50:00Z');
  await openIncident('cove');
  later(20);
  await watch();
  now = new Date('2026-03-29T04:59:59Z');
  await watch();
  await nothingToSend();
  expect(mentionsOf('cove')).toEqual([]);
  now = new Date('2026-03-29T05:00:00Z');
  await watch();
  const mention = await bot.ops.waitFor(isMentionOf('cove'));
  expect(mention.text).toContain('was not acknowledged for 8 h 10 min');
});

test('after an hour of errors of Discord the role is mentioned once', async () => {
  await openIncident('dune');
  bot.sandbox.faults.fail({ route: POST, status: 503, count: 10_000 });
  later(15);
  await watch();
  const tried = () => run(`select attempts from messages where kind = 'escalation' and attempts > 1`);
  await expect.poll(tried).toHaveLength(1);
  await run(
    `update messages set due_at = now(), posting_since = posting_since - interval '1 hour' where kind = 'escalation'`,
  );
  later(60);
  bot.sandbox.faults.clear();
  await run('update messages set due_at = now() where version > sent_version');
  await bot.ops.waitFor(isMentionOf('dune'));
  await nothingToSend();
  expect(mentionsOf('dune')).toHaveLength(1);
});

test('a mention that was deleted by hand, or can no longer be edited, is not made again', async () => {
  const { alert, proxies } = await openIncident('echo');
  later(15);
  await watch();
  const mention = await bot.ops.waitFor(isMentionOf('echo'));
  bot.sandbox.clock.advance(61 * MINUTE_MS);
  await mention.click('Acknowledge');
  await nothingToSend();
  bot.sandbox.faults.forgetMessage(mention.message.id);
  bot.sandbox.faults.forgetMessage(alert.message.id);
  await run('update messages set checked_at = null, posted_at = null');
  await changeHealth(bot, 'healthy', proxies);
  await bot.ops.waitFor(({ text }) => text.includes('Resolved after') && text.includes('echo'));
  await nothingToSend();
  expect(mentionsOf('echo')).toEqual([]);
});

test('a role that the bot cannot mention is named, and one that was deleted is not mentioned', async () => {
  const settings = await bot.ops.as('ada').command('/alerts settings', { escalate_role: ROLE_IDS.operator });
  expect(settings.text).toContain('The bot cannot mention \\@operator.');
  const roleId = bot.sandbox.faults.addRole('night shift');
  const mentionable = await bot.ops.as('ada').command('/alerts settings', { escalate_role: roleId });
  expect(mentionable.text).not.toContain('The bot cannot mention');
  await openIncident('fern');
  bot.sandbox.faults.removeRole(roleId);
  await expect.poll(async () => (await bot.ops.command('/alerts settings')).text).toContain('has no role');
  later(15);
  await watch();
  const mention = await bot.ops.waitFor(isMentionOf('fern'));
  expect(mention.text).toContain('⚠️ The role to mention no longer exists.');
  expect(mention.message.mention_roles).toEqual([]);
});

test.each(['22-07', '22:00-07:00 Berlin', '24:00-07:00'])('quiet hours of %j are refused', async (quiet_hours) => {
  const refused = await bot.ops.as('ada').command('/alerts settings', { quiet_hours });
  expect(refused.text).toContain('Invalid quiet hours.');
});
