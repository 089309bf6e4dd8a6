import { applied, notApplied } from '../process/outcome.ts';
import { type Desk, liveProxies, type Operation, PROVIDERS, somebody } from './desk.ts';

const ROLE = '100000000000000024';

/** Somebody deals with an incident that the channel shows as open. */
export function dealWithIncident(desk: Desk): Operation | undefined {
  const { random } = desk;
  const open = desk.discord.visible.filter(({ kind, said }) => {
    const content = said.at(-1);
    return kind === 'alert' && content !== undefined && 'closedAt' in content && content.closedAt === null;
  });
  const alertId = random.some(open)?.alertId;
  if (alertId === undefined || alertId === null) return undefined;
  const what = random.weighted([
    { weight: 5, name: 'acknowledge' },
    { weight: 2, name: 'hand over' },
    { weight: 2, name: 'note' },
    { weight: 2, name: 'mute' },
    { weight: 1, name: 'unmute' },
  ]).name;
  return {
    name: `${what} incident ${alertId}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services: { desk: incidents, alerts } }, actor) => {
      if (what === 'acknowledge') await incidents.acknowledge(actor, alertId);
      else if (what === 'hand over') await incidents.handOver(actor, alertId, 'discord:12');
      else if (what === 'note') await incidents.addNote(actor, alertId, 'called the provider');
      else await alerts.mute(actor, { alertId }, what === 'mute' ? 120 : 0);
      return applied('done');
    },
  };
}

export function mute(desk: Desk): Operation {
  const provider = desk.random.pick(PROVIDERS);
  const minutes = desk.random.pick([30, 120, 480]);
  return {
    name: `mute ${provider} for ${minutes} minutes`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      await services.alerts.mute(actor, { provider }, minutes);
      return applied('muted');
    },
  };
}

export function announceMaintenance(desk: Desk): Operation {
  const provider = desk.random.some([...PROVIDERS, undefined]);
  const hours = desk.random.int(1, 6);
  return {
    name: `announce maintenance of ${provider ?? 'everything'} for ${hours} h`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      const { id } = await services.maintenance.announce(actor, {
        provider,
        hours,
        reason: 'new firmware',
        start: undefined,
      });
      desk.buttons.push(() => endMaintenance(desk, id));
      return applied(`maintenance ${id}`);
    },
  };
}

const endMaintenance = (desk: Desk, id: number): Operation => ({
  name: `end maintenance ${id}`,
  actor: somebody(desk),
  effects: {},
  run: async ({ services }, actor) => {
    await services.maintenance.end(actor, id);
    return applied('ended');
  },
});

export function changeSettings(desk: Desk): Operation {
  const { random } = desk;
  const change = random.pick([
    { failover: 'auto' as const },
    { failover: 'suggest' as const },
    { threads: true },
    { threads: false },
    { escalateRole: ROLE, escalateAfter: 15, escalateMinAccounts: 0 },
    { digestHour: 8 },
    { expiryDays: 7 },
  ]);
  return {
    name: `set ${JSON.stringify(change)}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      await services.alerts.changeSettings(actor, change);
      return applied('set');
    },
  };
}

/** Somebody deletes a message of the bot. */
export function deleteMessage(desk: Desk): Operation | undefined {
  const message = desk.random.some(desk.discord.visible.slice(-20));
  if (!message) return undefined;
  return {
    name: `delete message ${message.outboxId} (${message.kind})`,
    actor: somebody(desk),
    effects: {},
    run: async () => {
      desk.discord.delete(message);
      return applied('deleted');
    },
  };
}

/** A test on request. */
export function testProxies(desk: Desk): Operation | undefined {
  const ids = desk.random
    .sample(
      liveProxies(desk).filter(({ status }) => status === 'active'),
      3,
    )
    .map(({ id }) => id);
  if (ids.length === 0) return undefined;
  return {
    name: `test ${ids.map((id) => `#${id}`).join(' ')}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }) => {
      const { counts, fault } = await services.tests.run({ ids });
      return fault === '' ? applied(`${counts.success} of ${ids.length} work`) : notApplied('monitoring problem');
    },
  };
}
