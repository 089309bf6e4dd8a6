import type { ModelFigures, PoolStats, ProviderFigures } from '../../../../src/domain/stats.ts';

export const model = (id: number, over: Partial<ModelFigures> = {}): ModelFigures => ({
  id,
  name: `Model ${id}`,
  assigned: 10,
  waiting: 0,
  held: 0,
  loads: [0, 5, 10, 20],
  freeSlots: 15,
  missing: 0,
  ...over,
});

export const provider = (name: string | null): ProviderFigures => ({
  provider: name,
  health: { healthy: 90, degraded: 5, failing: 3, unknown: 2 },
});

export const poolOf = (over: Partial<PoolStats> = {}): PoolStats => ({
  model: null,
  limit: 3,
  accounts: { assigned: 10, waiting: 0, held: 0 },
  loads: [10, 5, 10, 20],
  unused: 10,
  freeSlots: 45,
  missing: 0,
  lists: { failing: 3, expiring: 0, free: 25 },
  models: [model(1)],
  providers: [provider('Acme')],
  days: 7,
  checks: [],
  ...over,
});
