import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ON_CALL_ROLE_ID } from '../../../sandbox/server/ids.ts';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { providersOf } from '../../helpers/pool/providers.ts';

const MINUTE_MS = 60_000;
const ada = { id: 'discord:100000000000000031', name: 'Ada' };

let bot: TestBot;
let addProvider: ReturnType<typeof providersOf>;
let now = new Date('2026-03-02T12:00:00Z');
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
};

beforeAll(async () => {
  bot = await startTestBot({ now: () => now });
  addProvider = providersOf(bot);
  await bot.ops.as('ada').command('/alerts settings', { escalate_role: '@on-call', escalate_after: 15 });
});
beforeEach(async () => {
  bot.sandbox.faults.clear();
  await bot.ops.as('ada').command('/alerts settings', { threads: 'on' });
});
afterAll(() => bot.stop());

const isAlertOf = (name: string) => (message: Reply) =>
  new RegExp(`^### [🔴✅].* · ${name}( |$)`, 'mu').test(message.text);
const alertsOf = (name: string) => bot.ops.messages().filter(isAlertOf(name));
const mentionsOf = (name: string) =>
  bot.ops.messages().filter(({ text }) => text.includes('was not acknowledged') && text.includes(`· ${name}`));
const entriesOf = ([alert]: readonly Reply[]) =>
  (bot.ops.threads().get(alert?.message.id ?? '')?.messages ?? []).map(({ text }) => text.split(' ')[1]);
const isSent = () => expect.poll(() => run('select id from messages where sent_version < version')).toEqual([]);
/** The number of the only incident that is open and not acknowledged since the last one. */
const lastIncident = async () => (await run('select max(id)::int as id from alerts'))[0].id as number;
/** After the job that counts accounts and mentions roles, which the bot runs every few seconds as well. */
async function afterWatch(id: number, condition: string): Promise<void> {
  await bot.runJob('follow-alerts');
  expect(await run(`select id from alerts where id = ${id} and ${condition}`)).toHaveLength(1);
}
const isEscalated = (id: number) => afterWatch(id, 'escalated_at is not null');
const isAtRisk = (id: number) => afterWatch(id, 'at_risk_since is not null');

/** An hour passes for the outbox: what waits is due, and nonces are forgotten. */
async function outboxLater(): Promise<void> {
  await run(`update messages set due_at = now(), posting_since = posting_since - interval '1 hour'
    where version > sent_version`);
}

test('after an hour of errors of Discord every alert comes once, and every mention once or rightly not at all', async () => {
  const [acme, bolt, cove] = [await addProvider('acme', 2), await addProvider('bolt', 2), await addProvider('cove', 2)];
  await acme.fail();
  await bot.ops.waitFor(isAlertOf('acme'));
  await isSent();
  const first = await lastIncident();
  await isAtRisk(first);

  bot.sandbox.faults.fail({ status: 500, count: Number.POSITIVE_INFINITY });
  await bolt.fail();
  const second = await lastIncident();
  await cove.fail();
  await isAtRisk(second);
  await cove.recover();
  later(15);
  await isEscalated(first);
  await isEscalated(second);
  // A program on call takes the second one while Discord cannot be reached.
  expect((await askApi(bot, `/api/alerts/${second}/acknowledge`, { method: 'POST' })).status).toBe(200);
  const tried = () => run('select id from messages where version > sent_version and attempts > 0');
  await expect.poll(async () => (await tried()).length).toBeGreaterThan(2);
  later(45);

  bot.sandbox.faults.clear();
  await outboxLater();
  await bot.ops.waitFor(isAlertOf('cove'));
  await isSent();
  expect([alertsOf('acme'), alertsOf('bolt'), alertsOf('cove')].map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(alertsOf('cove')[0]?.text).toContain('✅ Resolved after');
  expect([mentionsOf('acme'), mentionsOf('bolt'), mentionsOf('cove')].map(({ length }) => length)).toEqual([1, 0, 0]);
  expect(entriesOf(alertsOf('acme'))).toEqual(['opened', 'escalated']);
  expect(entriesOf(alertsOf('bolt'))).toEqual(['opened', 'escalated', 'acknowledged']);
  expect(entriesOf(alertsOf('cove'))).toEqual(['opened', 'resolved']);
  expect(bot.sandbox.violations).toEqual([]);
});

test('if the channel is deleted while a mention is on its way, all that is open comes to the other channel, once', async () => {
  // A thread is a channel that can be deleted here.
  await (await addProvider('fir')).fail();
  const { message } = await bot.ops.waitFor(isAlertOf('fir'));
  const lost = message.id;
  await bot.ops.waitForThread(lost, (texts) => texts.length === 1);
  await bot.ops.as('ada').command('/alerts settings', { threads: 'off' });
  await bot.services.alerts.changeSettings(ada, { channelId: lost });
  const [quiet, dune] = [await addProvider('elm', 1), await addProvider('dune', 2)];
  const lostAlertsOf = (name: string) => bot.ops.threads().get(lost)?.messages.filter(isAlertOf(name));
  await quiet.fail();
  await expect.poll(() => lostAlertsOf('elm')).toHaveLength(1);
  await isSent();
  await dune.fail();
  const id = await lastIncident();
  await expect.poll(() => lostAlertsOf('dune')).toHaveLength(1);
  await isAtRisk(id);
  const posts = new RegExp(`^POST /channels/${lost}/messages$`);
  bot.sandbox.faults.fail({ route: posts, status: 503, count: Number.POSITIVE_INFINITY });
  later(15);
  await isEscalated(id);
  await expect
    .poll(() => run(`select id from messages where kind = 'escalation' and alert_id = ${id} and attempts > 0`))
    .toHaveLength(1);
  bot.sandbox.faults.clear();
  bot.sandbox.faults.removeThread(lost);
  await outboxLater();
  await bot.ops.waitFor(({ text }) => text.includes('was not acknowledged') && text.includes('· dune'));
  await isSent();
  expect(mentionsOf('dune').map(({ message }) => message.mention_roles)).toEqual([[ON_CALL_ROLE_ID]]);
  expect([alertsOf('dune'), alertsOf('elm')].map(({ length }) => length)).toEqual([1, 1]);
  expect(bot.ops.messages().filter(({ text }) => text.includes('The alert channel'))).toHaveLength(1);
  bot.sandbox.violations.length = 0;
});
