import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { USER_IDS } from '../../../sandbox/server/ids.ts';
import { insertEvents } from '../../../src/db/queries/alerts/incident-events.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { providersOf, type TestProvider } from '../../helpers/pool/providers.ts';

const START_THREAD = /^POST \/channels\/\d+\/messages\/\d+\/threads$/;

let bot: TestBot;
let addProvider: ReturnType<typeof providersOf>;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot({ lateEditsPerHour: 0 });
  addProvider = providersOf(bot);
  await bot.ops.as('ada').command('/alerts settings', { threads: 'on' });
});
beforeEach(() => bot.sandbox.faults.clear());
afterAll(() => bot.stop());

interface OpenIncident extends TestProvider {
  alert: Reply;
  threadId: string;
}

/** An incident of a provider of its own. */
async function failProxies(name: string): Promise<OpenIncident> {
  const provider = await addProvider(name);
  await provider.fail();
  const alert = await bot.ops.waitFor(({ text }) => new RegExp(`^### 🔴 .* · ${name}$`, 'mu').test(text));
  return { ...provider, alert, threadId: alert.message.id };
}

/** The same with a thread that has its first message. */
async function openIncident(provider: string): Promise<OpenIncident> {
  const incident = await failProxies(provider);
  await bot.ops.waitForThread(incident.threadId, (texts) => texts.length === 1);
  return incident;
}

const sentences = (texts: readonly string[]) => texts.map((text) => text.replace(/^<t:\d+:\w> /, ''));
const entriesIn = (threadId: string) =>
  sentences(
    bot.ops
      .threads()
      .get(threadId)
      ?.messages.map(({ text }) => text) ?? [],
  );
const isSent = () => expect.poll(() => run('select id from messages where sent_version < version')).toEqual([]);
const addNote = async (alert: Reply, note: string) => (await alert.click('Add note')).submit({ Note: note });
const OTTO = `<@${USER_IDS.otto}>`;

test('the thread of an incident has its timeline and whole notes, and mentions no one', async () => {
  const { alert, threadId, recover } = await openIncident('acme');
  const [{ id: alertId }] = await run('select max(id)::int as id from alerts');
  expect(alert.refresh().message.thread).toMatchObject({ id: threadId, name: `Incident #${alertId} · acme` });
  await bot.ops.as('olga').post({ content: 'a message of a member', threadId });
  await alert.click('Acknowledge');
  const note = `${'a long note '.repeat(30)}<@&100000000000000024> @everyone`;
  await addNote(alert, note);
  await recover();
  await bot.ops.waitForThread(threadId, (texts) => texts.some((text) => text.endsWith('resolved')));
  expect(entriesIn(threadId)).toEqual([
    'opened',
    'a message of a member',
    `acknowledged · ${OTTO}`,
    expect.stringMatching(/^📝 (a long note ){30}.*everyone · <@\d+>$/),
    'resolved',
  ]);
  const ofBot =
    bot.ops
      .threads()
      .get(threadId)
      ?.messages.filter(({ message }) => message.author.bot) ?? [];
  expect(ofBot.map(({ message }) => [message.mentions, message.mention_roles, message.mention_everyone])).toEqual(
    ofBot.map(() => [[], [], false]),
  );
  expect(bot.log()).not.toContain('a message of a member');
  expect(bot.sandbox.violations).toEqual([]);
});

test('growth in one minute is one entry, which a note does not wait for', async () => {
  const { alert, threadId } = await openIncident('jay');
  const [{ id: alertId }] = await run('select max(id)::int as id from alerts');
  for (const count of [4, 8]) {
    await bot.database.db.transaction((tx) => insertEvents(tx, [{ alertId, kind: 'grew', count }]));
  }
  await addNote(alert, 'after it');
  await bot.ops.waitForThread(threadId, (texts) => texts.length === 3);
  expect(entriesIn(threadId)).toEqual(['opened', 'grew to 8 proxies', `📝 after it · ${OTTO}`]);
});

test('lost answers make neither a second thread nor a second message', async () => {
  bot.sandbox.faults.loseAnswers({ route: START_THREAD, count: 2 });
  const { alert, threadId } = await openIncident('bolt');
  bot.sandbox.faults.loseAnswers({ route: `POST /channels/${threadId}/messages`, count: 2 });
  await addNote(alert, 'once');
  await bot.ops.waitForThread(threadId, (texts) => texts.length > 1);
  await isSent();
  expect(entriesIn(threadId)).toEqual(['opened', `📝 once · ${OTTO}`]);
  const refused = bot.sandbox.violations.splice(0);
  expect([...new Set(refused.map(({ code }) => code))]).toEqual([160004]);
});

test('an archived thread is opened again by a post, and a locked one is left alone', async () => {
  const { alert, threadId, recover } = await openIncident('cove');
  bot.sandbox.faults.archiveThread(threadId);
  await addNote(alert, 'opens it');
  await bot.ops.waitForThread(threadId, (texts) => texts.length === 2);
  expect(alert.refresh().message.thread?.thread_metadata.archived).toBe(false);

  bot.sandbox.faults.archiveThread(threadId, { isLocked: true });
  await addNote(alert, 'only on the message');
  await recover();
  await alert.waitFor(({ text }) => text.includes('Resolved after') && text.includes('only on the message'));
  await isSent();
  expect(entriesIn(threadId)).toHaveLength(2);
  expect(bot.sandbox.violations.splice(0).map(({ code }) => code)).toEqual([160005, 160005]);
});

test('a thread that was deleted is not started again, and the message says so', async () => {
  const { alert, threadId } = await openIncident('dune');
  bot.sandbox.faults.removeThread(threadId);
  await addNote(alert, 'into the void');
  await alert.waitFor(({ text }) => text.includes('🧵 Its thread was deleted'));
  await addNote(alert, 'once more');
  await isSent();
  expect(bot.ops.threads().has(threadId)).toBe(false);
  expect(bot.sandbox.violations.splice(0).map(({ code }) => code)).toEqual([10003]);
});

test('a message that replaces a deleted one leads to the thread, which goes on', async () => {
  const { alert, threadId } = await openIncident('echo');
  await isSent();
  bot.sandbox.faults.forgetMessage(threadId);
  await run(
    `update messages set checked_at = null, posted_at = posted_at - interval '3 minutes' where message_id = '${threadId}'`,
  );
  const second = await bot.ops.waitFor(
    ({ text, message }) => message.id !== alert.message.id && text.includes(`🧵 <#${threadId}>`),
  );
  await addNote(second, 'goes on');
  await bot.ops.waitForThread(threadId, (texts) => texts.some((text) => text.includes('goes on')));
  expect(bot.ops.threads().has(second.message.id)).toBe(false);
  bot.sandbox.violations.length = 0;
});

test('a message that takes over from an old one leads to the thread of the first, which goes on', async () => {
  const { alert, threadId, proxies } = await openIncident('fern');
  await isSent();
  await run(`update messages set posted_at = posted_at - interval '61 minutes' where message_id = '${threadId}'`);
  await changeHealth(bot, 'healthy', proxies.slice(1));
  const isSuccessor = ({ message }: Reply) =>
    message.message_reference?.message_id === alert.message.id && message.id !== alert.message.id;
  const second = await bot.ops.waitFor(isSuccessor);
  expect(second.text).toContain(`🧵 <#${threadId}>`);
  await second.click('Acknowledge');
  await bot.ops.waitForThread(threadId, (texts) => texts.some((text) => text.includes('acknowledged')));
  await isSent();
  expect(second.refresh().text).toContain(`🧵 <#${threadId}>`);
  expect(bot.ops.threads().has(second.message.id)).toBe(false);
  expect(bot.sandbox.violations).toEqual([]);
});

test('without the permission the incident is in the channel only, and the permission is named', async () => {
  bot.sandbox.faults.allowBot('createPublicThreads', false);
  const { alert, threadId } = await failProxies('gull');
  await isSent();
  expect(bot.ops.threads().has(threadId)).toBe(false);
  const problem =
    '/alerts settings threads: In #proxy-ops the bot has no permission for: Create Public Threads. Edit the channel, and allow these for the role of the bot.';
  const { setup } = (await (await fetch(`${bot.apiUrl}/readyz`)).json()) as { setup: string[] };
  expect(setup).toEqual([problem]);
  const settings = await bot.ops.as('ada').command('/alerts settings');
  expect(settings.text.replaceAll('\\', '')).toContain(problem);

  bot.sandbox.faults.allowBot('createPublicThreads', true);
  await addNote(alert, 'now it is allowed');
  await bot.ops.waitForThread(threadId, (texts) => texts.length === 1);
  expect(entriesIn(threadId)).toEqual([`📝 now it is allowed · ${OTTO}`]);
  expect(bot.sandbox.violations.splice(0).map(({ code }) => code)).toEqual([50013]);
});

test('when threads are off, an incident has none, and an open one gets no more messages', async () => {
  const { alert, threadId, recover } = await openIncident('hawk');
  await bot.ops.as('ada').command('/alerts settings', { threads: 'off' });
  await addNote(alert, 'not in the thread');
  const other = await failProxies('ibis');
  await isSent();
  expect(entriesIn(threadId)).toEqual(['opened']);
  expect(bot.ops.threads().has(other.threadId)).toBe(false);

  // The other tests need threads.
  await recover();
  await other.recover();
  await isSent();
  await bot.ops.as('ada').command('/alerts settings', { threads: 'on' });
});
