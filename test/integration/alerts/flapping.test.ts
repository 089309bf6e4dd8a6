import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { CALM_MS } from '../../../src/domain/incidents/flapping.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const MINUTE_MS = 60_000;
const BEGAN = Date.now() - 3 * CALM_MS;
const at = (minute: number) => new Date(BEGAN + minute * MINUTE_MS);

let database: TestDatabase;
let services: { alerts: AlertService };
let channel: RecordingChannel;
let acme: number[];
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const fail = (minute: number, ids = acme.slice(0, 1)) =>
  changeHealth({ database, services }, 'failing', ids, { at: at(minute) });
const recover = (minute: number, ids = acme) =>
  changeHealth({ database, services }, 'healthy', ids, { at: at(minute) });

beforeAll(async () => {
  database = await createTestDatabase();
  services = { alerts: new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' }) };
  acme = await insertProxies(database, { provider: 'acme', count: 12, network: 1 });
});
beforeEach(async () => {
  await run('delete from alerts; delete from proxy_health');
  channel = new RecordingChannel();
});
afterAll(() => database.drop());

/** Sends all that there is, without waiting for a pace. */
async function deliverAll(): Promise<void> {
  const one = delivererTo(channel, database);
  do await run('update messages set due_at = now() where due_at > now() and attempts = 0');
  while (await one.deliverOne());
}

async function flap(cycles: number, ids = acme.slice(0, 1)): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle++) {
    await fail(10 * cycle, ids);
    await deliverAll();
    await recover(10 * cycle + 5);
    await deliverAll();
  }
}

const settle = async (minute: number) => {
  await new AlertWatch({ db: database.db, log: createLogger('silent'), now: () => at(minute) }).follow();
  await deliverAll();
};
const kindOf = (said: Message['content'] | undefined) => (said && 'kind' in said ? said.kind : undefined);
const kinds = () => channel.messages.map(({ said }) => kindOf(said.at(-1)));
const incidents = () => run('select openings, closed_at is null as open from alerts order by id');

test('cycles of one proxy are one incident, and only the first return is announced', async () => {
  await flap(5);
  expect(await incidents()).toEqual([{ openings: 5, open: false }]);
  expect(kinds()).toEqual(['failing', 'resolved', 'returned']);
});

test('the end of a flapping incident is announced once it has been calm', async () => {
  await flap(4);
  const closed = 35;
  await settle(closed + 59);
  expect(kinds()).toHaveLength(3);
  await settle(closed + 60);
  await settle(closed + 61);
  expect(kinds()).toEqual(['failing', 'resolved', 'returned', 'resolved']);
  expect(channel.messages.at(-1)?.said.at(-1)).toMatchObject({ openings: 4, lastedMs: closed * MINUTE_MS });
});

test('a proxy that fails again after that has a new incident', async () => {
  await flap(1);
  await settle(65);
  await fail(66);
  expect(await incidents()).toEqual([
    { openings: 1, open: false },
    { openings: 1, open: true },
  ]);
});

test('the growth of an incident that returned is announced in every cycle', async () => {
  await flap(3, acme);
  await fail(30);
  await deliverAll();
  expect(kinds()).toEqual(['failing', 'resolved', 'returned']);
  await recover(32);
  await run('delete from alerts; delete from proxy_health');
  channel = new RecordingChannel();
  await flap(2);
  await fail(20, acme);
  await deliverAll();
  expect(kinds()).toEqual(['failing', 'resolved', 'returned', 'grew']);
});

test('a proxy that fails again while others of its incident fail goes on there', async () => {
  await fail(0, acme);
  await recover(1, acme.slice(0, 1));
  await fail(2);
  expect(await incidents()).toEqual([{ openings: 1, open: true }]);
  expect(await run('select count(*)::int as open from alert_proxies where ended_at is null')).toEqual([{ open: 12 }]);
});

test('a proxy that was deactivated and fails again has a new incident', async () => {
  await fail(0);
  await run(`update proxies set status = 'inactive' where id = ${acme[0]}`);
  await settle(1);
  await run(`update proxies set status = 'active'`);
  await fail(2);
  expect(await incidents()).toHaveLength(2);
});

test('a message that replaces one too old to edit is silent while the incident flaps', async () => {
  await flap(2);
  const age = () => run(`update messages set posted_at = posted_at - interval '61 minutes' where kind = 'alert'`);
  await age();
  await fail(20);
  await deliverAll();
  await age();
  await recover(25);
  await deliverAll();
  const cards = channel.messages.filter(({ kind }) => kind === 'alert');
  expect(cards.map(({ isSilent }) => isSilent)).toEqual([false, true, true]);
});
