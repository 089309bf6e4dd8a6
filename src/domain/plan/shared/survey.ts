import { Carried } from './carried.ts';
import { ipv4Number, Networks } from './network.ts';
import { comparePlanned, type PlannedProxy, plannedProxyMaker } from './planned-proxy.ts';
import { addressOf, coolingFor, type Pool, type PoolProxy } from './pool.ts';

/** The proxies of one model. */
export interface ModelProxies {
  readonly modelId: number;
  /** The proxies that carry the model, eligible or not. */
  readonly held: PlannedProxy[];
  /** Unused proxies that no other model may use: in cooldown for it (R6), or on an address that it uses (R8). */
  readonly unused: PlannedProxy[];
  readonly carried: Carried;
}

/** Unused proxies on one address that no model uses: the first model that uses one of them gets the address (R8). */
export interface Block {
  readonly free: PlannedProxy[];
  /** The proxies in cooldown, by the model that they are reserved for. */
  readonly cooling: Map<number, PlannedProxy[]>;
}

export interface Survey {
  /** Ordered by model number. */
  readonly models: ReadonlyMap<number, ModelProxies>;
  /** Unused proxies that any model may use. */
  readonly free: PlannedProxy[];
  readonly blocks: Block[];
}

/** The user of an address: the number of a model, or one of these. */
const SEVERAL_MODELS = -1;
const SEVERAL_UNUSED = -2;
const ONE_UNUSED = -3;
const NOTHING = -4;

/** Sorts a pool by what the given models may use: R6, R7 and R8 are applied here, before anything is planned. */
export function surveyPool({ proxies, full = [], limit, now }: Pool, modelIds: Iterable<number>): Survey {
  const models = new Map([...modelIds].sort((a, b) => a - b).map((id) => [id, emptyModel(id)]));
  const free: PlannedProxy[] = [];
  const together = new Map<string | null, PlannedProxy[]>();
  const users = usersOf(proxies);
  const networks = new Networks();
  const plannedOf = plannedProxyMaker(networks);
  const give = (planned: PlannedProxy, owner: number | null) =>
    (owner === null ? free : models.get(owner)?.unused)?.push(planned);

  for (const { modelId, address } of full) {
    models.get(modelId)?.carried.add(networks.of({ exitIp: null, host: address }), limit);
  }
  for (let at = 0; at < proxies.length; at += 1) {
    const proxy = proxies[at] as PoolProxy;
    if (proxy.load > 0) {
      const model = models.get(proxy.modelId ?? SEVERAL_MODELS);
      if (model) hold(model, plannedOf(proxy));
      continue;
    }
    const owner = coolingFor(proxy, now);
    if (!proxy.eligible || (owner !== null && !models.has(owner))) continue;
    const there = users[at] ?? ONE_UNUSED;
    if (there >= SEVERAL_MODELS) {
      if (owner === null || owner === there) models.get(there)?.unused.push(plannedOf(proxy));
    } else if (there === ONE_UNUSED || models.size === 1) {
      give(plannedOf(proxy), owner);
    } else {
      const address = addressOf(proxy);
      const others = together.get(address);
      if (others) others.push(plannedOf(proxy));
      else together.set(address, [plannedOf(proxy)]);
    }
  }

  const blocks: Block[] = [];
  for (const plannedProxies of together.values()) {
    const block = blockOf(plannedProxies, now);
    if (isContested(block)) blocks.push(block);
    else for (const planned of plannedProxies) give(planned, coolingFor(planned.proxy, now));
  }
  return { models, free, blocks };
}

/**
 * The user of each proxy's address, whatever the state of the proxies there; for an unused address, whether several
 * models compete for it. A proxy without a known address is alone.
 */
function usersOf(proxies: readonly PoolProxy[]): readonly number[] {
  const users = [ONE_UNUSED];
  const places = new Map<number | string, number>();
  const placeOf = proxies.map((proxy) => {
    const address = addressOf(proxy);
    if (address === null) return 0;
    // A number takes a fraction of the time that a text takes to look up.
    const key = ipv4Number(address) ?? address;
    let place = places.get(key);
    if (place === undefined) {
      place = users.push(NOTHING) - 1;
      places.set(key, place);
    }
    const there = users[place] as number;
    if (proxy.load > 0 && proxy.modelId !== null) {
      const isOther = there >= SEVERAL_MODELS && there !== proxy.modelId;
      users[place] = isOther ? SEVERAL_MODELS : proxy.modelId;
    } else if (proxy.eligible && there < SEVERAL_MODELS) {
      users[place] = there === NOTHING ? ONE_UNUSED : SEVERAL_UNUSED;
    }
    return place;
  });
  return placeOf.map((place) => users[place] as number);
}

/**
 * If no two models can want the same proxy, there is no competition, even if several proxies are in cooldown for one
 * model.
 */
function isContested({ free, cooling }: Block): boolean {
  return free.length + cooling.size > 1;
}

function emptyModel(modelId: number): ModelProxies {
  return { modelId, held: [], unused: [], carried: new Carried() };
}

function hold(model: ModelProxies, planned: PlannedProxy): void {
  model.held.push(planned);
  model.carried.add(planned.network, planned.load);
}

function blockOf(plannedProxies: PlannedProxy[], now: number): Block {
  const byOwner = Map.groupBy(plannedProxies.sort(comparePlanned), ({ proxy }) => coolingFor(proxy, now));
  const block = { free: byOwner.get(null) ?? [], cooling: new Map<number, PlannedProxy[]>() };
  for (const [owner, its] of byOwner) if (owner !== null) block.cooling.set(owner, its);
  return block;
}
