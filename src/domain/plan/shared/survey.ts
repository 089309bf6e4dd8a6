import { Carried } from './carried.ts';
import { addressOf, coolingFor, type Pool, type PoolProxy } from './pool.ts';
import { compareSeats, type Seat, seatMaker } from './seat.ts';

/** The proxies of one model. */
export interface ModelSeats {
  readonly modelId: number;
  /** The proxies that carry the model, eligible or not. */
  readonly held: Seat[];
  /** Unused proxies that no other model may use: in cooldown for it (R6), or on an address that it uses (R8). */
  readonly unused: Seat[];
  readonly carried: Carried;
}

/** Unused proxies on one address that no model uses: the first model that uses one of them gets the address (R8). */
export interface Block {
  readonly free: Seat[];
  /** The proxies in cooldown, by the model that they are reserved for. */
  readonly cooling: Map<number, Seat[]>;
}

export interface Survey {
  /** Ordered by model number. */
  readonly models: ReadonlyMap<number, ModelSeats>;
  /** Unused proxies that any model may use. */
  readonly free: Seat[];
  readonly blocks: Block[];
}

/** The user of an address: the number of a model, or one of these. */
const SEVERAL_MODELS = -1;
const ONE_UNUSED = -2;
const SEVERAL_UNUSED = -3;

/** Sorts a pool by what the given models may use: R6, R7 and R8 are applied here, before anything is planned. */
export function surveyPool({ proxies, now }: Pool, modelIds: Iterable<number>): Survey {
  const models = new Map([...modelIds].sort((a, b) => a - b).map((id) => [id, emptyModel(id)]));
  const free: Seat[] = [];
  const together = new Map<string, Seat[]>();
  const addresses = addressesOf(proxies);
  const seatOf = seatMaker();
  const give = (seat: Seat, owner: number | null) => (owner === null ? free : models.get(owner)?.unused)?.push(seat);

  for (const proxy of proxies) {
    if (proxy.load > 0) {
      const model = models.get(proxy.modelId ?? SEVERAL_MODELS);
      if (model) hold(model, seatOf(proxy));
      continue;
    }
    const owner = coolingFor(proxy, now);
    if (!proxy.eligible || (owner !== null && !models.has(owner))) continue;
    const address = addressOf(proxy);
    const there = address === null ? ONE_UNUSED : (addresses.get(address) ?? ONE_UNUSED);
    if (there >= SEVERAL_MODELS) {
      if (owner === null || owner === there) models.get(there)?.unused.push(seatOf(proxy));
    } else if (address === null || there === ONE_UNUSED || models.size === 1) {
      give(seatOf(proxy), owner);
    } else {
      const others = together.get(address);
      if (others) others.push(seatOf(proxy));
      else together.set(address, [seatOf(proxy)]);
    }
  }

  const blocks: Block[] = [];
  for (const seats of together.values()) {
    const block = blockOf(seats, now);
    if (isContested(block)) blocks.push(block);
    else for (const seat of seats) give(seat, coolingFor(seat.proxy, now));
  }
  return { models, free, blocks };
}

/**
 * The user of each address, whatever the state of its proxies; for an unused address, whether several models compete
 * for it.
 */
function addressesOf(proxies: readonly PoolProxy[]): Map<string, number> {
  const addresses = new Map<string, number>();
  for (const proxy of proxies) {
    const address = addressOf(proxy);
    if (address === null) continue;
    const there = addresses.get(address);
    if (proxy.load > 0 && proxy.modelId !== null) {
      const isOther = there !== undefined && there >= SEVERAL_MODELS && there !== proxy.modelId;
      addresses.set(address, isOther ? SEVERAL_MODELS : proxy.modelId);
    } else if (proxy.eligible && (there === undefined || there === ONE_UNUSED)) {
      addresses.set(address, there === undefined ? ONE_UNUSED : SEVERAL_UNUSED);
    }
  }
  return addresses;
}

/**
 * If no two models can want the same proxy, there is no competition, even if several proxies are in cooldown for one
 * model.
 */
function isContested({ free, cooling }: Block): boolean {
  return free.length + cooling.size > 1;
}

function emptyModel(modelId: number): ModelSeats {
  return { modelId, held: [], unused: [], carried: new Carried() };
}

function hold(model: ModelSeats, seat: Seat): void {
  model.held.push(seat);
  model.carried.add(seat.network, seat.load);
}

function blockOf(seats: Seat[], now: number): Block {
  const byOwner = Map.groupBy(seats.sort(compareSeats), ({ proxy }) => coolingFor(proxy, now));
  const block = { free: byOwner.get(null) ?? [], cooling: new Map<number, Seat[]>() };
  for (const [owner, its] of byOwner) if (owner !== null) block.cooling.set(owner, its);
  return block;
}
