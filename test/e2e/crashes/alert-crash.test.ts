import { afterAll, beforeAll, expect, test } from 'vitest';
import { ON_CALL_ROLE_ID } from '../../../sandbox/server/ids.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { MortalBot } from '../../helpers/bot/mortal-bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';

let bot: MortalBot;
let services: { alerts: AlertService };
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const alerts = () => bot.ops.messages().filter(({ text }) => /^### [🔴✅]/u.test(text));
const POLL = { interval: 100 };
/** A delivery that a dead process had begun is left to it for 20 seconds: they pass. */
const untilLeasesEnd = () =>
  run(`update messages set leased_until = leased_until - interval '20 seconds', due_at = due_at - interval '20 seconds',
    posting_since = posting_since - interval '20 seconds' where version > sent_version`);

beforeAll(async () => {
  bot = await MortalBot.prepare();
  const { database, sandbox } = bot;
  services = {
    alerts: new AlertService({ db: database.db, opsChannelId: sandbox.channelId, guildId: sandbox.guildId }),
  };
  await run(`insert into proxies (host, port, type, username, provider, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', '', 'acme', gen_random_uuid(), '' from generate_series(1, 9) n`);
});
afterAll(() => bot.stop());

test('an alert that was written while no bot ran is sent as soon as one starts', async () => {
  await bot.kill('SIGTERM');
  const before = alerts().length;
  await changeHealth({ database: bot.database, services }, 'failing', [1, 2]);
  await bot.start();
  const alert = await bot.ops.waitFor(({ text }) => text.includes('2 proxies failing'));
  await changeHealth({ database: bot.database, services }, 'healthy', [1, 2]);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(alerts()).toHaveLength(before + 1);
});

test('killed between the moment at which a mention was due and its message, the bot mentions the role once', async () => {
  await bot.startOnce();
  const admin = { id: 'discord:1', name: 'Ada' };
  await services.alerts.changeSettings(admin, { escalateRole: ON_CALL_ROLE_ID, escalateMinAccounts: 0 });
  await changeHealth({ database: bot.database, services }, 'failing', [8]);
  const alert = await bot.ops.waitFor(({ text }) => text.includes('1 proxy failing'));
  bot.sandbox.faults.fail({ route: /^POST \/channels\/\d+\/messages$/, status: 500, count: 1_000 });
  await run(`update alerts set at_risk_since = now() - interval '16 minutes' where closed_at is null`);
  const due = () => run(`select posts from messages where kind = 'escalation' and attempts > 0`);
  await expect.poll(due, POLL).toEqual([{ posts: 0 }]);
  await bot.kill('SIGKILL');
  bot.sandbox.faults.clear();
  await untilLeasesEnd();
  await bot.start();
  const isMention = ({ message }: Reply) => message.mention_roles.includes(ON_CALL_ROLE_ID);
  const mention = await bot.ops.waitFor(isMention);
  expect(mention.message.message_reference?.message_id).toBe(alert.message.id);
  await changeHealth({ database: bot.database, services }, 'healthy', [8]);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
  await mention.waitFor(({ text }) => text.includes('✅ Resolved'));
  expect(bot.ops.messages().filter(({ text }) => text.includes('was not acknowledged'))).toHaveLength(1);
});

test('killed between the message and its note, the bot neither loses nor doubles it', async () => {
  await bot.startOnce();
  const before = alerts().length;
  // A message of the incident before that is still due would be held as well.
  await expect.poll(() => run('select 1 from messages where version > sent_version'), POLL).toEqual([]);
  // Holds the statement that records a message, so that the crash falls between Discord's answer and the record.
  await run(`create function hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(4711); return new; end $$;
    create trigger hold before update on messages for each row when (new.posts > old.posts) execute function hold()`);
  const brake = await bot.database.pool.connect();
  await brake.query('select pg_advisory_lock(4711)');
  await changeHealth({ database: bot.database, services }, 'failing', [3, 4, 5]);
  const alert = await bot.ops.waitFor(({ text }) => text.includes('3 proxies failing'));
  const held = () =>
    run(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory' and query like '%"posts" + 1%'`,
    );
  await expect.poll(held, POLL).not.toEqual([]);
  await bot.kill('SIGKILL');
  await expect.poll(held, POLL).not.toEqual([]);
  await run(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
  );
  await brake.query('select pg_advisory_unlock(4711)');
  brake.release();
  await run('drop trigger hold on messages');
  expect(await run(`select message_id from messages where kind = 'alert' order by id desc limit 1`)).toEqual([
    { message_id: null },
  ]);

  await changeHealth({ database: bot.database, services }, 'failing', [6]);
  await untilLeasesEnd();
  await bot.start();
  await alert.waitFor(({ text }) => text.includes('4 proxies failing'));
  await changeHealth({ database: bot.database, services }, 'healthy', [3, 4, 5, 6]);
  await alert.waitFor(({ text }) => text.includes('Resolved after'));
  expect(alerts()).toHaveLength(before + 1);
  expect(bot.sandbox.violations).toEqual([]);
});
