import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockAssignments } from '../../../src/db/queries/assignments/assignments.ts';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
/** Longer than the bot keeps the figures of its database. */
const WAIT = { interval: 250 };

/** The value of a metric with these labels; undefined: it is not on the page. */
async function metric(name: string, ...labels: string[]): Promise<number | undefined> {
  const answer = await askApi(bot, '/metrics');
  const lines = (await answer.text()).split('\n');
  const line = lines.find(
    (each) => /^[^{ ]+/.exec(each)?.[0] === name && labels.every((label) => each.includes(label)),
  );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

/** How many alerts are in the channel, and how many of them are there in time. */
const delivered = async () => (await metric('proxy_ops_message_delivery_seconds_count', 'kind="alert"')) ?? 0;
const deliveredInTime = async () =>
  (await metric('proxy_ops_message_delivery_seconds_bucket', 'kind="alert"', 'le="5"')) ?? 0;

test('an alert counts as delivered in time if it is in the channel within five seconds', async () => {
  const before = { all: await delivered(), inTime: await deliveredInTime() };
  const fault = { isOver: false, reason: 'no target answers', at: new Date() };
  await bot.database.db.transaction((tx) => bot.services.alerts.monitorFaultIn(tx, fault));
  await expect.poll(delivered, WAIT).toBe(before.all + 1);
  expect(await deliveredInTime()).toBe(before.inTime + 1);
});

test('an alert that Discord did not take at once counts as late, and its later edits do not count', async () => {
  const before = { all: await delivered(), inTime: await deliveredInTime() };
  bot.sandbox.faults.outage(true);
  const proxies = await insertProxies(bot.database, { provider: 'bolt', count: 2, network: 2 });
  await changeHealth(bot, 'failing', proxies);
  await expect.poll(() => metric('proxy_ops_alert_delivery_lag_seconds'), WAIT).toBeGreaterThan(5);
  bot.sandbox.faults.outage(false);
  await expect.poll(delivered, WAIT).toBe(before.all + 1);
  await changeHealth(bot, 'healthy', proxies);
  await expect.poll(() => metric('proxy_ops_alerts_undelivered'), WAIT).toBe(0);
  expect([await delivered(), await deliveredInTime()]).toEqual([before.all + 1, before.inTime]);
});

test('each credentials request falls into the buckets of its duration, with a limit at 50 ms', async () => {
  const token = await addVps(bot, 'east-1');
  const labels = ['route="/api/accounts/:id/proxy"', 'method="GET"'];
  await askApi(bot, '/api/accounts/unknown/proxy?by=username', { token });
  expect(await metric('proxy_ops_http_request_seconds_count', ...labels)).toBe(1);
  expect(await metric('proxy_ops_http_request_seconds_bucket', ...labels, 'le="0.05"')).toBeDefined();
  expect(await metric('proxy_ops_http_request_seconds_bucket', ...labels, 'le="30"')).toBe(1);
});

test('while nothing assigns a waiting account to a free slot the time is counted, and it ends with the assignment', async () => {
  const overlooked = () => metric('proxy_ops_accounts_waiting_with_free_slots_seconds');
  expect(await overlooked()).toBe(0);
  await bot.database.db.transaction(async (tx) => {
    await lockAssignments(tx);
    await insertProxies(bot.database, { provider: 'cove', count: 1, network: 3 });
    await run(`with model as (insert into models (name, key) values ('Amber', 'amber') returning id)
      insert into accounts (username, key, model_id) select 'ann', 'ann', id from model`);
    await expect.poll(overlooked, WAIT).toBeGreaterThan(3);
    expect(await metric('proxy_ops_accounts_waiting_with_free_slots')).toBe(1);
  });
  await expect.poll(overlooked, WAIT).toBe(0);
  expect(await run('select from account_proxy_assignments')).toHaveLength(1);
});

test('a proxy is late if its last check is more than one and a half intervals ago', async () => {
  await run(`update proxy_health set next_check_at = now() + interval '1 hour'`);
  const [onTime, late, inactive] = await insertProxies(bot.database, { provider: 'dune', count: 3, network: 4 });
  const checked = (id: number | undefined, minutesAgo: number) =>
    run(`insert into proxy_health (proxy_id, health, checked_at, next_check_at)
      values (${id}, 'healthy', now() - interval '${minutesAgo} minutes', now() - interval '${minutesAgo - 10} minutes')
      on conflict (proxy_id) do update set health = 'healthy', checked_at = excluded.checked_at, next_check_at = excluded.next_check_at`);
  await checked(onTime, 14);
  await checked(late, 16);
  await checked(inactive, 16);
  await run(`update proxies set status = 'inactive' where id = ${inactive}`);
  await expect.poll(() => metric('proxy_ops_checks_late'), WAIT).toBe(1);
  expect(await metric('proxy_ops_checks_due')).toBe(2);
  await run(`update proxy_health set checked_at = now(), next_check_at = now() + interval '10 minutes'`);
  await expect.poll(() => metric('proxy_ops_checks_late'), WAIT).toBe(0);
});
