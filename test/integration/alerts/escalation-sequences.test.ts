import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { isQuiet, type QuietHours, readQuietHours } from '../../../src/domain/incidents/quiet-hours.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import type { PostOptions } from '../../../src/domain/messages/ops-channel.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { IncidentDesk } from '../../../src/services/alerts/incident-desk.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-10-24T18:00:00Z');
const QUIET = readQuietHours('22:00-07:00 Europe/Berlin') as QuietHours;
const ada = { id: 'discord:1', name: 'Ada' };
const log = createLogger('silent');

let database: TestDatabase;
let alerts: AlertService;
let desk: IncidentDesk;
let pool: number[][];
let now: Date;
let channel: Watched;
const run = async (statement: string) => (await database.pool.query(statement)).rows;

/** Notes the state of the incident at the moment of each mention. */
class Watched extends RecordingChannel {
  readonly mentioned: { alertId: number; isOwned: boolean; isOver: boolean; isQuiet: boolean }[] = [];

  override async post(message: Message, options: PostOptions): Promise<string> {
    const before = this.messages.length;
    try {
      return await super.post(message, options);
    } finally {
      if (message.kind === 'escalation' && this.messages.length > before) await this.#note(message.content.alertId);
    }
  }

  async #note(alertId: number): Promise<void> {
    const [row] = await run(
      `select owner_id is not null as owned, closed_at is not null as over from alerts where id = ${alertId}`,
    );
    this.mentioned.push({ alertId, isOwned: row.owned, isOver: row.over, isQuiet: isQuiet(QUIET, now) });
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  desk = new IncidentDesk({ db: database.db });
  pool = [];
  for (const [at, provider] of ['acme', 'bolt'].entries()) {
    const proxies = await insertProxies(database, { provider, count: 3, network: at + 1 });
    await assignAccounts(database, proxies.slice(0, 2), { model: provider, each: 1 });
    pool.push(proxies);
  }
});
afterAll(() => database.drop());

const failures = [
  undefined,
  undefined,
  undefined,
  { kind: 'unavailable' },
  { kind: 'unavailable', isLate: true },
  { kind: 'refused' },
] as const;
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('fail'), group: fc.nat(1), count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('recover'), group: fc.nat(1), count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('pass'), minutes: fc.constantFrom(1, 14, 16, 70, 300) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('jump'), minutes: fc.constantFrom(-600, -20, 900) }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('deliver'), fault: fc.constantFrom(...failures) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constantFrom('acknowledge', 'mute', 'unmute', 'delete messages', 'age', 'everything'),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function watch(): Promise<void> {
  await new AlertWatch({ db: database.db, log, now: () => now }).follow();
}

async function deliver(rounds: number): Promise<void> {
  const one = delivererTo(channel, database, '1', { now: () => now });
  for (let round = 0; round < rounds; round++) {
    await run('update messages set due_at = now(), leased_until = null');
    if (!(await one.deliverOne()) && !(await one.checkOne())) return;
  }
}

const newest = async () => (await run('select id from alerts where closed_at is null order by id desc limit 1'))[0]?.id;

async function take(each: Step): Promise<void> {
  switch (each.does) {
    case 'fail':
    case 'recover': {
      const to = each.does === 'fail' ? 'failing' : 'healthy';
      const ids = pool[each.group]?.slice(0, each.count) ?? [];
      return changeHealth({ database, services: { alerts } }, to, ids, { at: now });
    }
    case 'pass':
      await watch();
      now = new Date(now.getTime() + each.minutes * MINUTE_MS);
      return watch();
    case 'jump':
      now = new Date(now.getTime() + each.minutes * MINUTE_MS);
      return;
    case 'deliver':
      channel.fault = () => each.fault;
      return deliver(3);
    default:
      return takeByHand(each.does);
  }
}

async function takeByHand(what: string): Promise<void> {
  const id = await newest();
  switch (what) {
    case 'acknowledge':
      if (id !== undefined) await desk.acknowledge(ada, id).catch(() => undefined);
      return;
    case 'mute':
      if (id !== undefined) await alerts.mute(ada, { alertId: id }, 60);
      return;
    case 'unmute':
      return void (await run('delete from alert_mutes'));
    case 'delete messages':
      channel.messages = [];
      return void (await run('update messages set checked_at = null'));
    case 'age':
      return void (await run(`update messages set posted_at = posted_at - interval '2 hours'`));
    default:
      return alerts.changeSettings(ada, { escalateMinAccounts: 0 }).then(() => undefined);
  }
}

test('whatever happens, an incident mentions a role at most once, and never one that somebody has, that is over, or at night', async () => {
  let mentions = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      await run('delete from alerts; delete from alert_mutes; delete from proxy_health; delete from settings');
      await alerts.changeSettings(ada, { escalateRole: '100000000000000024', quietHours: QUIET });
      now = new Date(START);
      channel = new Watched();
      for (const each of steps) await take(each);
      channel.fault = () => undefined;
      await take({ does: 'pass', minutes: 16 });
      await deliver(100);
      const ids = channel.mentioned.map(({ alertId }) => alertId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(channel.mentioned.filter(({ isOwned, isOver, isQuiet: quiet }) => isOwned || isOver || quiet)).toEqual([]);
      mentions += ids.length;
    }),
    { numRuns: Number(process.env.SEQUENCES ?? 60) },
  );
  expect(mentions).toBeGreaterThan(5);
});
