import type { Outcome } from '../process/outcome.ts';
import type { SeenAccount, SeenProxy, Snapshot } from '../world/snapshot.ts';

export const accountKey = (username: string): string => `account ${username}`;
export const proxyKey = (host: string): string => `proxy ${host}`;

export const accountState = ({ model, vps, isHeld }: Pick<SeenAccount, 'model' | 'vps' | 'isHeld'>): string =>
  `of ${model}, on ${vps ?? 'no VPS'}${isHeld ? ', held' : ''}`;
const proxyState = ({ status }: Pick<SeenProxy, 'status'>): string => status;
/** Both what never was and what was removed. */
export const ABSENT = 'absent';

/** The state of each account and each proxy, in words. */
type Ledger = ReadonlyMap<string, string>;

export function ledgerOf({ accounts, proxies }: Snapshot): Ledger {
  return new Map([
    ...accounts.map((each) => [accountKey(each.username), each.isRemoved ? ABSENT : accountState(each)] as const),
    ...proxies.map((each) => [proxyKey(each.host), each.isRemoved ? ABSENT : proxyState(each)] as const),
  ]);
}

/** What an operation does to accounts and proxies. */
export interface Effects {
  /** The states after it, all of them or none. */
  must?: ReadonlyMap<string, string>;
  /** Whether it may also do this. */
  may?: (key: string, before: string, after: string) => boolean;
}

/** An operation that has ended, with what it was to do. */
export interface Ended {
  name: string;
  effects: Effects;
  outcome: Outcome;
}

interface Change {
  key: string;
  before: string;
  after: string;
}

/**
 * Compares what has changed with what the operations were to change: what one has done is there, what it has refused to do is not, and
 * where its caller does not know, it is there as a whole or not at all. Nothing else has changed.
 */
export function findSurprises(before: Ledger, after: Ledger, ended: readonly Ended[]): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const states = (key: string) => ({ key, before: before.get(key) ?? ABSENT, after: after.get(key) ?? ABSENT });
  const changes = [...keys].map(states).filter((each) => each.before !== each.after);
  const unexplained = changes.filter((change) => !ended.some((each) => explains(each, change)));
  return [
    ...unexplained.map(({ key, before: was, after: is }) => `${key} was "${was}" and is "${is}" without a cause`),
    ...ended.flatMap((each) => findPartial(each, after, before, ended)),
  ];
}

const mayHaveActed = ({ outcome }: Ended) =>
  outcome.kind === 'unknown' || (outcome.kind === 'done' && outcome.isApplied);

/** What was refused, or found its plan stale, has written nothing: no assignment, and no entry of the audit log. */
export function findRefusedChanges(before: Snapshot, after: Snapshot, ended: readonly Ended[]): string[] {
  if (ended.some(mayHaveActed) || (before.history === after.history && before.audit === after.audit)) return [];
  const [assigned, noted] = [after.history - before.history, after.audit - before.audit];
  const names = ended.map(({ name, outcome }) => `${name} (${outcome.text})`).join(', ');
  return [`${names} has done nothing, as it says, but ${assigned} assignments and ${noted} entries were written`];
}

function explains(ended: Ended, { key, before, after }: Change): boolean {
  if (!mayHaveActed(ended)) return false;
  const { must, may } = ended.effects;
  return must?.get(key) === after || may?.(key, before, after) === true;
}

/** An operation that has done only a part of what it was to do. What another one changes at the same time is left out. */
function findPartial(
  { name, effects, outcome }: Ended,
  after: Ledger,
  before: Ledger,
  all: readonly Ended[],
): string[] {
  if (outcome.kind === 'refused' || (outcome.kind === 'done' && !outcome.isApplied)) return [];
  const others = all.filter((each) => each.effects !== effects);
  const own = [...(effects.must ?? [])].filter(
    ([key]) => !others.some((other) => other.effects.must?.has(key) || other.effects.may !== undefined),
  );
  const lacking = own.filter(([key, wanted]) => (after.get(key) ?? ABSENT) !== wanted);
  if (lacking.length === 0) return [];
  const untouched = own.every(([key]) => (after.get(key) ?? ABSENT) === (before.get(key) ?? ABSENT));
  if (outcome.kind === 'unknown' && untouched) return [];
  const [[key, wanted] = ['', '']] = lacking;
  return [`${name} is ${outcome.kind}, but ${lacking.length} of ${own.length} lack it: ${key} is not "${wanted}"`];
}
