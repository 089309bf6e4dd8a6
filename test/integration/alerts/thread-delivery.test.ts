import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { IncidentDesk } from '../../../src/services/alerts/incident-desk.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';

const ada = { id: 'discord:1', name: 'Ada' };
const RUNS = 30;

let database: TestDatabase;
let alerts: AlertService;
const run = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  await alerts.changeSettings(ada, { threads: true });
});
afterAll(() => database.drop());

const reason = 'no target answers';
const fault = (isOver: boolean) =>
  database.db.transaction((tx) => alerts.monitorFaultIn(tx, { isOver, reason, at: new Date() }));

/** Delivers what is due in so many rounds; what waits for its next attempt is due in each. */
async function deliver(channel: RecordingChannel, rounds: number): Promise<void> {
  const one = delivererTo(channel, database);
  for (let round = 0; round < rounds; round++) {
    await run('update messages set due_at = now() where version > sent_version');
    while (await one.deliverOne());
  }
}

const said = ({ said: [content] }: RecordingChannel['messages'][number]) =>
  content && 'event' in content ? (content.event.note ?? content.event.kind) : undefined;

const failure = fc.constantFrom(
  undefined,
  { kind: 'unavailable' as const },
  { kind: 'unavailable' as const, isLate: true },
  { kind: 'refused' as const },
);

test('however the channel fails, an incident has one thread, with every entry once and in order', async () => {
  const desk = new IncidentDesk({ db: database.db });
  const property = fc.asyncProperty(
    fc.array(failure, { maxLength: 12 }),
    fc.array(fc.nat(2), { maxLength: 4 }),
    async (faults, rounds) => {
      const channel = new RecordingChannel();
      const left = [...faults];
      channel.fault = () => left.shift();
      await fault(false);
      const [{ id }] = await run('select max(id)::int as id from alerts');
      const notes = rounds.map((_, at) => `note ${at}`);
      for (const [at, note] of notes.entries()) {
        await desk.addNote(ada, id, note);
        await deliver(channel, rounds[at] ?? 0);
      }
      await fault(true);
      await deliver(channel, faults.length + 3);
      const [message] = channel.of(id);
      const entries = channel.of(id, 'thread_entry');
      expect(entries.map(said)).toEqual(['opened', ...notes, 'resolved']);
      expect(channel.threads).toEqual([message?.id]);
      expect(new Set(entries.map(({ channelId }) => channelId))).toEqual(new Set([message?.id]));
      expect(channel.of(id)).toHaveLength(1);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});
