import { sumOf } from '../sum.ts';
import type { Drift } from './vps-map.ts';

/** The relations of all VPS and proxies, in columns: 300,000 rows as objects would take longer to read than to count. */
export interface PackedRelations {
  /** The accounts of each VPS and model, by number. Removed ones are left out. */
  accounts: readonly { vpsId: number; modelId: number; ids: Int32Array }[];
  /** For each assignment: the account, the proxy. */
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

const PAIR = 2;

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
  const { proxies, codes, modelOf, greatestVps } = byProxyAndVps(packed);
  const mine = Uint8Array.from({ length: greatestVps + 1 }, (_, vpsId) => (isMine(vpsId) ? 1 : 0));
  const counter = new Counter({ mine, modelOf, groupOf: groupsOf(packed, modelOf.length), sample });
  for (let start = 0; start < codes.length; ) {
    const proxyId = proxies[start] ?? 0;
    let end = start + 1;
    while (proxies[end] === proxyId) end += 1;
    counter.add(proxyId, codes, start, end);
    start = end;
  }
  return { ...countManaged(packed, isMine), ...counter.result() };
}

function groupsOf({ groups }: PackedRelations, length: number): Int32Array {
  const groupOf = new Int32Array(length);
  for (const [group, ids] of groups.entries()) for (const id of ids) groupOf[id] = group;
  return groupOf;
}

function countManaged({ accounts }: PackedRelations, isMine: (vpsId: number) => boolean) {
  const managed = accounts.filter(({ vpsId }) => isMine(vpsId));
  return {
    accounts: sumOf(managed, ({ ids }) => ids.length),
    models: new Set(managed.map(({ modelId }) => modelId)).size,
  };
}

/**
 * Each account and each link on a proxy, in the order of proxies and VPS. The code of an account is twice the number of its VPS, that
 * of a link is one more.
 */
function byProxyAndVps(packed: PackedRelations) {
  const { assignments, links, groups } = packed;
  const { vpsOf, modelOfAccount } = placesOf(packed);
  const modelOf = new Int32Array(1 + Math.max(0, ...groups.map((ids) => greatest(ids))));
  const most = (assignments.length + links.length) / PAIR;
  const [proxyOf, codeOf] = [new Int32Array(most), new Int32Array(most)];
  let count = 0;
  for (let at = 0; at < assignments.length; at += PAIR) {
    const accountId = assignments[at] ?? 0;
    const proxyId = assignments[at + 1] ?? 0;
    const vpsId = vpsOf[accountId] ?? 0;
    if (vpsId === 0) continue;
    modelOf[proxyId] = modelOfAccount[accountId] ?? 0;
    proxyOf[count] = proxyId;
    codeOf[count++] = vpsId * 2;
  }
  for (let at = 0; at < links.length; at += PAIR) {
    proxyOf[count] = links[at + 1] ?? 0;
    codeOf[count++] = (links[at] ?? 0) * 2 + 1;
  }
  // By the last criterion first, since each step keeps the order of the one before.
  const byVps = sortedBy(
    codeOf,
    Int32Array.from({ length: count }, (_, at) => at),
  );
  const order = sortedBy(proxyOf, byVps);
  const greatestVps = greatest(codeOf) >> 1;
  return { proxies: inOrder(proxyOf, order), codes: inOrder(codeOf, order), modelOf, greatestVps };
}

/** The VPS and the model of each account, by its number. */
function placesOf({ accounts }: PackedRelations) {
  const length = 1 + Math.max(0, ...accounts.map(({ ids }) => greatest(ids)));
  const [vpsOf, modelOfAccount] = [new Int32Array(length), new Int32Array(length)];
  for (const { vpsId, modelId, ids } of accounts) {
    for (const id of ids) {
      vpsOf[id] = vpsId;
      modelOfAccount[id] = modelId;
    }
  }
  return { vpsOf, modelOfAccount };
}

/** Positions in the order of their values, and among equal ones in the order that they have: each value is counted first. */
function sortedBy(values: Int32Array, positions: Int32Array): Int32Array {
  const next = new Int32Array(2 + greatest(values));
  for (const position of positions) {
    const after = (values[position] ?? 0) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let value = 1; value < next.length; value++) next[value] = (next[value] ?? 0) + (next[value - 1] ?? 0);
  const sorted = new Int32Array(positions.length);
  for (const position of positions) {
    const value = values[position] ?? 0;
    const place = next[value] ?? 0;
    sorted[place] = position;
    next[value] = place + 1;
  }
  return sorted;
}

function inOrder(values: Int32Array, order: Int32Array): Int32Array {
  return order.map((position) => values[position] ?? 0);
}

function greatest(values: Int32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

interface World {
  /** By VPS: 1 if it is in scope. */
  mine: Uint8Array;
  /** By proxy. */
  modelOf: Int32Array;
  groupOf: Int32Array;
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
      assigned: this.#assigned,
      proxies: this.#proxies,
      links: this.#links,
      crowded: this.#crowded,
      drift: this.#drift,
      samples: this.#samples,
      toGroups: this.#toGroups.list(),
      toModels: this.#toModels.list(),
    };
  }

  /** The codes of a proxy, from `start` to before `end`. */
  add(proxyId: number, codes: Int32Array, start: number, end: number): void {
    const { mine } = this.#world;
    let relations = 0;
    let used = 0;
    let isMine = false;
    let isUsed = false;
    for (let at = start; at < end; ) {
      const vpsId = (codes[at] ?? 0) >> 1;
      const link = vpsId * 2 + 1;
      let accounts = 0;
      for (; at < end && (codes[at] ?? 0) < link; at++) accounts += 1;
      const isDocumented = at < end && codes[at] === link;
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
    if (relations > 1) this.#addShared(proxyId, codes, start, end);
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

  #addShared(proxyId: number, codes: Int32Array, start: number, end: number): void {
    this.#drift.shared += 1;
    const ids = codes.subarray(start, end).map((code) => code >> 1);
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
