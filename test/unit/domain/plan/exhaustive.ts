import type { Pool, PoolProxy, WaitingAccount } from '../../../../src/domain/plan/shared/pool.ts';

/** The figures of rule R5 after a plan, over the whole pool. */
export interface Figures {
  placed: number;
  inUse: number;
  squares: number;
}

/** One way to use a pool: what each proxy gets, by its place in the pool. */
export type Layout = readonly { modelId: number; added: number }[];

/** The better first, by rule R5. */
export function compareFigures(a: Figures, b: Figures): number {
  return b.placed - a.placed || b.inUse - a.inUse || a.squares - b.squares;
}

export function figuresOf({ proxies }: Pool, layout: Layout): Figures {
  const loads = proxies.map((proxy, at) => proxy.load + (layout[at]?.added ?? 0));
  return {
    placed: layout.reduce((sum, { added }) => sum + added, 0),
    inUse: loads.filter((load) => load > 0).length,
    squares: loads.reduce((sum, load) => sum + load * load, 0),
  };
}

/** Which models may get an account on a proxy, read off R1, R2, R6 and R7 alone. */
export function modelsAllowed(proxy: PoolProxy, { limit, now }: Pool, models: readonly number[]): number[] {
  if (!proxy.eligible || proxy.load >= limit) return [];
  if (proxy.load > 0) return models.filter((model) => model === proxy.modelId);
  const isCooling = proxy.coolingUntil !== null && proxy.coolingUntil > now;
  return models.filter((model) => !isCooling || model === proxy.modelId);
}

/** R8: a proxy that comes into use meets another model on its address. */
export function makesExitIpConflict({ proxies }: Pool, layout: Layout): boolean {
  return proxies.some((opened, at) => {
    const mine = layout[at];
    if (opened.load > 0 || opened.rotating || opened.exitIp === null || !mine || mine.added === 0) return false;
    return proxies.some((other, place) => {
      if (other.rotating || other.exitIp !== opened.exitIp) return false;
      const added = layout[place];
      const model = other.load > 0 ? other.modelId : added && added.added > 0 ? added.modelId : null;
      return model !== null && model !== mine.modelId;
    });
  });
}

/** Every layout that breaks no rule. The array is the same each time: read it before the next. */
export function* allLayouts(pool: Pool, accounts: readonly WaitingAccount[]): Generator<Layout> {
  const models = [...new Set(accounts.map(({ modelId }) => modelId))];
  const left = new Map(models.map((model) => [model, accounts.filter(({ modelId }) => modelId === model).length]));
  const layout: { modelId: number; added: number }[] = [];
  yield* extend(0);

  function* extend(at: number): Generator<Layout> {
    const proxy = pool.proxies[at];
    if (!proxy) {
      if (!makesExitIpConflict(pool, layout)) yield layout;
      return;
    }
    layout[at] = { modelId: 0, added: 0 };
    yield* extend(at + 1);
    for (const modelId of modelsAllowed(proxy, pool, models)) {
      const had = left.get(modelId) ?? 0;
      for (let added = 1; added <= Math.min(had, pool.limit - proxy.load); added += 1) {
        layout[at] = { modelId, added };
        left.set(modelId, had - added);
        yield* extend(at + 1);
      }
      left.set(modelId, had);
    }
    layout.length = at;
  }
}

export function bestFigures(pool: Pool, accounts: readonly WaitingAccount[]): Figures {
  let best: Figures | undefined;
  for (const layout of allLayouts(pool, accounts)) {
    const figures = figuresOf(pool, layout);
    if (!best || compareFigures(figures, best) < 0) best = figures;
  }
  return best ?? { placed: 0, inUse: 0, squares: 0 };
}

/** Who is served, the longest waiting first: a plan with the lower text serves those who have waited longer. */
export function servedText(accounts: readonly WaitingAccount[], layout: Layout): string {
  const places = new Map<number, number>();
  for (const { modelId, added } of layout) places.set(modelId, (places.get(modelId) ?? 0) + added);
  const inTurn = [...accounts].sort((a, b) => a.waitingSince - b.waitingSince || a.id - b.id);
  return inTurn
    .map(({ modelId }) => {
      const left = places.get(modelId) ?? 0;
      places.set(modelId, left - 1);
      return left > 0 ? 'a' : 'b';
    })
    .join('');
}

const HEALTH_ORDER = ['healthy', 'unknown', 'degraded'];

/** Health and speed of the proxy that each account gets, the best first: a plan with the lower text uses better ones. */
export function qualityText({ proxies }: Pool, layout: Layout): string {
  return proxies
    .flatMap(({ health, latencyMs }, at) => {
      const quality = `${HEALTH_ORDER.indexOf(health)}${String(latencyMs ?? 999).padStart(3, '0')}`;
      return Array.from({ length: layout[at]?.added ?? 0 }, () => quality);
    })
    .sort()
    .join(' ');
}
