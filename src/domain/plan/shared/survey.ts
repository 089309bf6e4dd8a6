import { Carried } from './carried.ts';
import { addressOf, coolingFor, type Pool, type PoolProxy } from './pool.ts';
import { compareSeats, type Seat, seatMaker } from './seat.ts';

/** What is there for one model alone. */
export interface ModelSeats {
  readonly modelId: number;
  /** The proxies that carry it, eligible or not. */
  readonly held: Seat[];
  /** Unused proxies that nobody else may use: cooling down for it (R6), or on an address where it is (R8). */
  readonly unused: Seat[];
  readonly carried: Carried;
}

/** Unused proxies on one address where no model is yet: the first to use one of them has the address (R8). */
export interface Block {
  readonly free: Seat[];
  /** Those that cool down for a model, which alone may use them. */
  readonly cooling: Map<number, Seat[]>;
}

export interface Survey {
  /** By model, in the order of their numbers. */
  readonly models: ReadonlyMap<number, ModelSeats>;
  /** Unused proxies that any model may use. */
  readonly free: Seat[];
  readonly blocks: Block[];
}

/** What is on an address: the number of the model, or one of these. */
const SEVERAL_MODELS = -1;
const ONE_UNUSED = -2;
const SEVERAL_UNUSED = -3;

/** Sorts a pool by what the given models may use of it: R6, R7 and R8 are settled here, before anything is planned. */
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

/** Who is on each address, whatever state the proxies there are in; where nobody is, whether it matters who comes first. */
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

/** No two models can want one proxy, nor several that cool down for the same model. */
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
