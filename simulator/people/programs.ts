import type { Caller } from '../../src/services/vps/token-service.ts';
import { applied } from '../process/outcome.ts';
import { type Desk, liveAccounts, type Operation } from './desk.ts';

const OPERATOR: Caller = { kind: 'operator', actor: { id: 'token:operator', name: 'API_TOKEN' } };

/** A program asks for the proxy of its account. It gets one that works as told, or an error (R11). */
export function lookUp(desk: Desk): Operation | undefined {
  const account = desk.random.some(liveAccounts(desk));
  if (!account) return undefined;
  const { id, username } = account;
  let told: number | undefined;
  return {
    name: `look up ${username}`,
    actor: OPERATOR.actor,
    effects: {},
    run: async ({ credentials }) => {
      const { proxy } = await credentials.find(OPERATOR, { named: username });
      told = proxy.id;
      if (proxy.password === null || proxy.password !== desk.network.passwordOf(proxy.host)) {
        desk.network.complaints.push(`R11: ${username} was told a proxy that does not take its password`);
      }
      return applied(`#${proxy.id}`);
    },
    after: (outcome) => {
      if (outcome.kind === 'done' && told !== undefined) desk.placements.noteHandedOut(id, told, desk.now());
    },
  };
}

/** A program reports that its proxy has failed. */
export function report(desk: Desk): Operation | undefined {
  const account = desk.random.some(liveAccounts(desk).filter(({ proxyId }) => proxyId !== null));
  if (!account) return undefined;
  return {
    name: `report a failure of ${account.username}`,
    actor: OPERATOR.actor,
    effects: {},
    run: async ({ credentials }) => {
      const { health } = await credentials.report(
        OPERATOR,
        { named: account.username },
        { outcome: 'timeout', detail: 'no answer' },
      );
      return applied(health ?? 'no change');
    },
  };
}

/** What programs have asked for is written down every few seconds. */
export function flushUse(): Operation {
  return {
    name: 'write the use log',
    actor: OPERATOR.actor,
    effects: {},
    run: async ({ useLog }) => {
      await useLog.flush();
      return applied('written');
    },
  };
}
