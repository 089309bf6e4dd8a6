import type { PoolChange } from '../../src/domain/proxies/pool-change.ts';
import { ABSENT, type Effects, proxyKey } from '../checks/ledger.ts';
import { SECRET } from '../checks/secrets.ts';
import { applied, notApplied } from '../process/outcome.ts';
import type { SeenProxy } from '../world/snapshot.ts';
import {
  type Button,
  type Desk,
  keepButton,
  liveAccounts,
  liveProxies,
  MODELS,
  type Operation,
  PROVIDERS,
  somebody,
} from './desk.ts';
import { type Figures, Shown } from './shown.ts';

const SLOTS = 3;
/** People buy proxies if fewer than this share of the accounts could still be added. */
const RESERVE = 0.05;
/** Sometimes they buy more although they have enough. */
const IN_ADVANCE = 0.25;
/** So many new proxies have the exit IP of the one before. */
const SHARED_EXITS = 0.15;

/** Proxies cost money, so people buy them when slots run short, and accounts wait until then. */
export function buyProxies(desk: Desk): Operation | undefined {
  const open = liveProxies(desk).reduce((sum, { isEligible, load }) => sum + (isEligible ? SLOTS - load : 0), 0);
  const isShort = open < liveAccounts(desk).length * RESERVE;
  return isShort || desk.random.chance(IN_ADVANCE) ? importProxies(desk) : undefined;
}

/** New proxies, and some that were removed before. */
export function importProxies(desk: Desk, count = desk.random.int(2, 12)): Operation {
  const { random, network } = desk;
  const provider = random.pick(PROVIDERS);
  const hosts = Array.from({ length: count }, () => newHost(desk));
  for (const host of hosts) network.add(host, { provider, password: `${SECRET}-${host}`, exitIp: host });
  for (const [at, host] of hosts.entries()) {
    const before = hosts[at - 1];
    if (before !== undefined && random.chance(SHARED_EXITS)) network.shareExit(host, before);
  }
  const lines = hosts.map((host) => `${host}:8080:user:${network.passwordOf(host)}`);
  const file = {
    name: 'proxies.txt',
    bytes: new TextEncoder().encode(lines.join('\n')),
    defaults: { provider },
    source: null,
  };
  const must = new Map(hosts.map((host) => [proxyKey(host), 'active']));
  const isLater = random.chance(0.3);
  return {
    name: `import ${count} proxies of ${provider}${isLater ? ', to be confirmed later' : ''}`,
    actor: somebody(desk),
    effects: isLater ? {} : { must },
    run: async (parts, actor) => {
      const { planId, counts } = await parts.services.imports.stage(actor, file);
      const expected = counts.new + counts.revived;
      const commit: Operation['run'] = async ({ services }, by) => {
        const { preview, isStale } = await services.imports.apply(by, planId, 'import', expected);
        return isStale || preview.state !== 'applied'
          ? notApplied('stale')
          : applied(`${preview.results.import?.count} imported`);
      };
      keepButton(desk, undoOf(planId, hosts));
      if (!isLater) return commit(parts, actor);
      keepButton(desk, { name: `import the proxies of plan ${planId}`, effects: () => ({ must }), click: commit });
      return applied(`plan ${planId}`);
    },
  };
}

function undoOf(planId: number, hosts: readonly string[]): Button {
  const keys = new Set(hosts.map(proxyKey));
  return {
    name: `undo import ${planId}`,
    effects: () => ({ may: (key, _before, after) => keys.has(key) && after === ABSENT }),
    click: async ({ services }, actor) => {
      const { results } = await services.imports.undo(actor, planId);
      return results.undo ? applied(`${results.undo.count} undone`) : notApplied('nothing was applied');
    },
  };
}

export function newHost(desk: Desk): string {
  const n = desk.fresh();
  return `45.${10 + (n % 7)}.${Math.floor(n / 200) % 200}.${1 + (n % 200)}`;
}

const KINDS = [
  { weight: 3, kind: 'deactivate' },
  { weight: 4, kind: 'activate' },
  { weight: 2, kind: 'remove' },
  { weight: 2, kind: 'release' },
  { weight: 2, kind: 'move' },
  { weight: 2, kind: 'edit' },
  { weight: 2, kind: 'rebalance' },
] as const;
type Kind = (typeof KINDS)[number]['kind'];

/** A change of some proxies, which is previewed and applied now, later, twice or never. */
export function changePool(desk: Desk): Operation | undefined {
  const { random } = desk;
  const { kind } = random.weighted(KINDS);
  const chosen = random.sample(candidates(desk, kind), random.int(1, 5));
  if (chosen.length === 0 && kind !== 'rebalance') return undefined;
  const change = changeOf(desk, kind, chosen);
  return {
    name: `plan to ${kind} ${chosen.map(({ id }) => `#${id}`).join(' ')}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      const { planId, count, moved, stranded } = await services.poolChanges.plan(actor, change);
      const figures = figuresOf(change);
      const shown = new Shown(figures({ count, moved, stranded }));
      keepButton(desk, {
        name: `${kind} by plan ${planId}`,
        effects: () => effectsOf(change, chosen),
        click: async (parts, by) => {
          const { preview, isStale } = await parts.services.poolChanges.apply(by, planId);
          if (isStale || preview.state !== 'applied') {
            shown.show(figures(preview));
            return notApplied('stale');
          }
          if (preview.result) shown.compare(figures(preview.result));
          return applied(`${preview.result?.count} changed`);
        },
        judge: () => shown.broken.splice(0),
        after: (outcome) => {
          if (outcome.kind === 'unknown') shown.forget();
          if (kind !== 'release' || outcome.kind === 'refused') return;
          for (const { id } of chosen) desk.placements.noteReleased(id, desk.now());
        },
      });
      return applied(`plan ${planId}: ${count} change, ${moved} move, ${stranded} are left`);
    },
  };
}

/** Accounts may stay if they are to move. The result then counts the proxies that one has left, and the preview counts all. */
const figuresOf =
  ({ kind }: PoolChange) =>
  ({ count, moved, stranded }: Figures): Figures => ({ count: kind === 'move' ? 0 : count, moved, stranded });

function candidates(desk: Desk, kind: Kind): SeenProxy[] {
  const live = liveProxies(desk);
  if (kind === 'activate') return live.filter(({ status }) => status !== 'active');
  if (kind === 'move') return live.filter(({ load }) => load > 0);
  if (kind === 'deactivate' || kind === 'remove') return live.filter(({ status }) => status === 'active');
  return live;
}

function changeOf({ random, now }: Desk, kind: Kind, chosen: readonly SeenProxy[]): PoolChange {
  const target = { ids: chosen.map(({ id }) => id) };
  switch (kind) {
    case 'deactivate':
      return { kind, target, isBlocked: random.chance(0.3), reason: 'slow' };
    case 'move':
      return { kind, target, reason: 'tried by hand' };
    case 'edit': {
      const expiresAt = new Date(now() + random.int(1, 20) * 86_400_000).toISOString();
      return { kind, target, edit: random.chance(0.5) ? { label: `box ${random.int(1, 9)}` } : { expiresAt } };
    }
    case 'rebalance':
      return { kind, model: random.pick(MODELS), goal: random.chance(0.5) ? 'spread' : 'compact' };
    default:
      return { kind, target };
  }
}

function effectsOf(change: PoolChange, chosen: readonly SeenProxy[]): Effects {
  const all = (state: string): Effects => ({ must: new Map(chosen.map(({ host }) => [proxyKey(host), state])) });
  switch (change.kind) {
    case 'deactivate':
      return all(change.isBlocked ? 'blocked' : 'inactive');
    case 'activate':
      return all('active');
    case 'remove':
      return all(ABSENT);
    default:
      return {};
  }
}
