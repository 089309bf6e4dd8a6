import type { Drift } from './vps-map.ts';

/** The relations of all VPS and proxies, in columns: 300,000 rows as objects would take longer to read than to count. */
export interface PackedRelations {
  /** For each account that has a VPS: its number, its VPS, its model, and 1 if it is not removed. */
  accounts: Int32Array;
  /** For each assignment: the account, the proxy, the model. */
  assignments: Int32Array;
  /** For each documented link: the VPS, the proxy. */
  links: Int32Array;
  /** The proxies of each group, by position. */
  groups: readonly Int32Array[];
}

/** A VPS and a proxy. */
export interface Pair {
  vpsId: number;
  proxyId: number;
}

/** A number of accounts that leads from one thing to another, both by number. */
export interface PackedFlow {
  from: number;
  to: number;
  accounts: number;
}

export interface CountedRelations {
  accounts: number;
  models: number;
  assigned: number;
  proxies: number;
  links: number;
  drift: Record<Drift, number>;
  crowded: number;
  samples: Record<Drift, Pair[]>;
  /** From VPS to groups, and from groups to models. */
  toGroups: PackedFlow[];
  toModels: PackedFlow[];
}

const ACCOUNT = 4;
const ASSIGNMENT = 3;
const LINK = 2;

/**
 * Counts the relations of the VPS in scope. `countMap` counts the same in SQL; a test holds the two equal.
 *
 * @param isMine whether a VPS is in scope
 * @param sample how many relations of each kind of drift are returned, by proxy and VPS
 */
export function countRelations(
  packed: PackedRelations,
  { isMine, sample }: { isMine: (vpsId: number) => boolean; sample: number },
): CountedRelations {
  const { keys, modelOf, stride } = sortedKeys(packed);
  const mine = Uint8Array.from({ length: stride }, (_, vpsId) => (isMine(vpsId) ? 1 : 0));
  const counter = new Counter({ mine, modelOf, groupOf: groupsOf(packed, modelOf.length), stride, sample });
  for (let start = 0; start < keys.length; ) {
    const proxyId = Math.floor((keys[start] ?? 0) / 2 / stride);
    const next = (proxyId + 1) * stride * 2;
    let end = start + 1;
    while (end < keys.length && (keys[end] ?? 0) < next) end += 1;
    counter.add(proxyId, keys, start, end);
    start = end;
  }
  return { ...countManaged(packed, isMine), ...counter.result() };
}

function groupsOf({ groups }: PackedRelations, length: number): Int32Array {
  const groupOf = new Int32Array(length);
  for (const [group, ids] of groups.entries()) for (let at = 0; at < ids.length; at++) groupOf[ids[at] ?? 0] = group;
  return groupOf;
}

function countManaged({ accounts }: PackedRelations, isMine: (vpsId: number) => boolean) {
  const models = new Set<number>();
  let count = 0;
  for (let at = 0; at < accounts.length; at += ACCOUNT) {
    if (accounts[at + 3] !== 1 || !isMine(accounts[at + 1] ?? 0)) continue;
    count += 1;
    models.add(accounts[at + 2] ?? 0);
  }
  return { accounts: count, models: models.size };
}

/** Each account and each link on a proxy as one number, in the order of proxies and VPS. An odd number is a link. */
function sortedKeys({ accounts, assignments, links, groups }: PackedRelations) {
  const vpsOf = new Int32Array(1 + greatest(accounts, ACCOUNT, 0));
  for (let at = 0; at < accounts.length; at += ACCOUNT) vpsOf[accounts[at] ?? 0] = accounts[at + 1] ?? 0;
  const stride = 1 + Math.max(greatest(accounts, ACCOUNT, 1), greatest(links, LINK, 0));
  const modelOf = new Int32Array(1 + Math.max(0, ...groups.map((ids) => greatest(ids, 1, 0))));
  const keys = new Float64Array(assignments.length / ASSIGNMENT + links.length / LINK);
  let count = 0;
  for (let at = 0; at < assignments.length; at += ASSIGNMENT) {
    const vpsId = vpsOf[assignments[at] ?? 0] ?? 0;
    const proxyId = assignments[at + 1] ?? 0;
    if (vpsId === 0) continue;
    modelOf[proxyId] = assignments[at + 2] ?? 0;
    keys[count++] = (proxyId * stride + vpsId) * 2;
  }
  for (let at = 0; at < links.length; at += LINK) {
    keys[count++] = ((links[at + 1] ?? 0) * stride + (links[at] ?? 0)) * 2 + 1;
  }
  return { keys: keys.subarray(0, count).sort(), modelOf, stride };
}

function greatest(values: Int32Array, step: number, offset: number): number {
  let most = 0;
  for (let at = offset; at < values.length; at += step) most = Math.max(most, values[at] ?? 0);
  return most;
}

interface World {
  /** By VPS: 1 if it is in scope. */
  mine: Uint8Array;
  /** By proxy. */
  modelOf: Int32Array;
  groupOf: Int32Array;
  stride: number;
  sample: number;
}

/** Counts proxy by proxy, without an object for each relation: there are 300,000 of them. */
class Counter {
  readonly #world: World;
  readonly #drift: Record<Drift, number> = { unused: 0, undocumented: 0, shared: 0 };
  readonly #samples: Record<Drift, Pair[]> = { unused: [], undocumented: [], shared: [] };
  readonly #toGroups = new Flows();
  readonly #toModels = new Flows();
  #assigned = 0;
  #proxies = 0;
  #links = 0;
  #crowded = 0;

  constructor(world: World) {
    this.#world = world;
  }

  result() {
    return {
      ...{ assigned: this.#assigned, proxies: this.#proxies, links: this.#links, crowded: this.#crowded },
      ...{ drift: this.#drift, samples: this.#samples },
      ...{ toGroups: this.#toGroups.list(), toModels: this.#toModels.list() },
    };
  }

  /** The keys of a proxy, from `start` to before `end`. */
  add(proxyId: number, keys: Float64Array, start: number, end: number): void {
    const { mine, stride } = this.#world;
    let relations = 0;
    let used = 0;
    let isMine = false;
    let isUsed = false;
    for (let at = start; at < end; ) {
      const vpsId = Math.floor((keys[at] ?? 0) / 2) % stride;
      const link = (keys[at] ?? 0) - ((keys[at] ?? 0) % 2) + 1;
      let accounts = 0;
      for (; at < end && (keys[at] ?? 0) < link; at++) accounts += 1;
      const isDocumented = at < end && keys[at] === link;
      if (isDocumented) at += 1;
      relations += 1;
      if (accounts > 0) used += 1;
      if (mine[vpsId] !== 1) continue;
      isMine = true;
      if (accounts > 0) isUsed = true;
      this.#addMine({ vpsId, proxyId }, accounts, isDocumented);
    }
    if (!isMine) return;
    if (isUsed) this.#proxies += 1;
    if (used > 1) this.#crowded += 1;
    if (relations > 1) this.#addShared(proxyId, keys, start, end);
  }

  #addMine(pair: Pair, accounts: number, isDocumented: boolean): void {
    this.#assigned += accounts;
    if (isDocumented) this.#links += 1;
    if (accounts > 0) {
      const { groupOf, modelOf } = this.#world;
      const group = groupOf[pair.proxyId] ?? 0;
      this.#toGroups.add(pair.vpsId, group, accounts);
      this.#toModels.add(group, modelOf[pair.proxyId] ?? 0, accounts);
      if (isDocumented) return;
    }
    const drift = accounts === 0 ? 'unused' : 'undocumented';
    this.#drift[drift] += 1;
    this.#note(drift, pair);
  }

  #addShared(proxyId: number, keys: Float64Array, start: number, end: number): void {
    this.#drift.shared += 1;
    if (this.#samples.shared.length >= this.#world.sample) return;
    const ids = keys.subarray(start, end).map((key) => Math.floor(key / 2) % this.#world.stride);
    for (const vpsId of new Set(ids)) this.#note('shared', { vpsId, proxyId });
  }

  #note(drift: Drift, pair: Pair): void {
    if (this.#samples[drift].length < this.#world.sample) this.#samples[drift].push(pair);
  }
}

/** Sums of accounts by where they lead from and to. */
class Flows {
  readonly #sums = new Map<number, Map<number, number>>();

  add(from: number, to: number, accounts: number): void {
    const sums = this.#sums.get(from) ?? new Map<number, number>();
    this.#sums.set(from, sums);
    sums.set(to, (sums.get(to) ?? 0) + accounts);
  }

  list(): PackedFlow[] {
    return [...this.#sums].flatMap(([from, sums]) => [...sums].map(([to, accounts]) => ({ from, to, accounts })));
  }
}
