import { SOURCE_MODES } from '../../src/domain/sources/source.ts';
import { ABSENT, type Effects, proxyKey } from '../checks/ledger.ts';
import { SECRET } from '../checks/secrets.ts';
import { applied, notApplied } from '../process/outcome.ts';
import type { Snapshot } from '../world/snapshot.ts';
import { type Desk, keepButton, type Operation, somebody } from './desk.ts';
import { newHost } from './pool.ts';

const NAME = 'main';
/** The first source of a database. */
const SOURCE_ID = 1;

/** A list adds proxies, replaces some, and brings back what was missing. It never takes one away without a successor (R12). */
export function syncEffects(desk: Desk): Effects {
  const sold = new Set(desk.provider.sold.map(({ host }) => proxyKey(host)));
  const replaced = new Set(desk.provider.replacements.map(({ from }) => proxyKey(from.host)));
  return {
    may: (key, before, after) =>
      (after === 'active' && sold.has(key) && before !== 'blocked') || (after === ABSENT && replaced.has(key)),
  };
}

/** R12: what a list lacks is missing only if the list is complete, or names another proxy in its place. */
export function findWronglyMissing({ provider }: Desk, before: Snapshot, after: Snapshot): string[] {
  const wasMissing = new Set(before.proxies.flatMap(({ id, isMissing }) => (isMissing ? [id] : [])));
  const listed = new Set(provider.listed.map(({ host }) => host));
  const replaced = new Set(provider.replacements.map(({ from }) => from.host));
  return after.proxies
    .filter(
      ({ id, isMissing, host }) =>
        isMissing && !wasMissing.has(id) && !replaced.has(host) && (provider.fault !== undefined || listed.has(host)),
    )
    .map(
      ({ id, host }) =>
        `R12: #${id} (${host}) is missing, though ${listed.has(host) ? 'it is in the list' : 'the list is incomplete'}`,
    );
}

export function addSource(desk: Desk): Operation {
  return {
    name: `add the source ${NAME}`,
    actor: somebody(desk),
    effects: syncEffects(desk),
    run: async ({ services: { sources } }, actor) => {
      const draft = await sources.draft('webshare', { name: NAME, provider: 'dune', every: '6h', mode: 'additions' });
      const { listed } = await sources.add(actor, draft, { key: desk.provider.key });
      return applied(`${listed} listed`);
    },
  };
}

export function syncSource(desk: Desk): Operation {
  return {
    name: `sync ${NAME}`,
    actor: somebody(desk),
    effects: syncEffects(desk),
    judge: (before, after) => findWronglyMissing(desk, before, after),
    run: async ({ services }, actor) => {
      const { outcome, listed, preview } = await services.sources.sync(actor, SOURCE_ID, { isShown: false });
      if (preview) keepDecisions(desk, preview.planId);
      return applied(`${outcome}, ${listed} listed`);
    },
  };
}

function keepDecisions(desk: Desk, planId: number): void {
  keepButton(desk, {
    name: `apply sync ${planId}`,
    effects: () => syncEffects(desk),
    click: async ({ services }, actor) => {
      const { preview, isStale } = await services.syncDecisions.apply(actor, planId);
      return isStale ? notApplied('stale') : applied(preview.state);
    },
  });
  keepButton(desk, {
    name: `skip sync ${planId}`,
    effects: () => ({}),
    click: async ({ services }, actor) => applied((await services.syncDecisions.skip(actor, planId)).state),
  });
  keepButton(desk, {
    name: `plan to deactivate what sync ${planId} misses`,
    effects: () => ({}),
    click: async ({ services }, actor) => {
      const { planId: change, count } = await services.syncDecisions.planDeactivation(actor, planId);
      const missing = desk.seen.proxies.filter(
        ({ isMissing, isRemoved, status }) => isMissing && !isRemoved && status === 'active',
      );
      keepButton(desk, {
        name: `deactivate ${count} missing proxies`,
        effects: () => ({ must: new Map(missing.map(({ host }) => [proxyKey(host), 'inactive'])) }),
        click: async (parts, by) => {
          const { preview, isStale } = await parts.services.poolChanges.apply(by, change);
          return isStale || preview.state !== 'applied'
            ? notApplied('stale')
            : applied(`${preview.result?.count} changed`);
        },
      });
      return applied(`plan ${change}`);
    },
  });
}

export function editSource(desk: Desk): Operation {
  const mode = desk.random.pick(SOURCE_MODES);
  return {
    name: `set ${NAME} to ${mode}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      await services.sources.edit(actor, SOURCE_ID, { mode });
      return applied('set');
    },
  };
}

/** What the provider does in a day. */
export function changeSupply({ random, provider, network, ...desk }: Desk): void {
  const add = (host: string) => {
    const password = `${SECRET}-${host}`;
    network.add(host, { provider: 'dune', password, exitIp: host });
    return password;
  };
  for (let n = random.int(0, 3); n > 0; n--) {
    const host = newHost({ random, provider, network, ...desk });
    provider.sold.push({ externalId: `d-${desk.fresh()}`, host, password: add(host), country: 'DE', isListed: true });
  }
  for (const sold of random.sample(provider.sold, random.int(0, 3))) {
    const what = random.int(0, 3);
    if (what === 0) sold.isListed = !sold.isListed;
    if (what === 1) sold.country = random.pick(['DE', 'NL', 'FR']);
    if (what === 2 && sold.isListed) {
      const host = newHost({ random, provider, network, ...desk });
      provider.replace(sold, host, add(host));
    }
  }
  provider.fault = random.some([
    undefined,
    undefined,
    undefined,
    { code: 'incomplete', afterPages: 1 },
    { code: 'unreachable', afterPages: 0 },
    { code: 'rate_limited', afterPages: 1 },
  ]);
}
