import type { Performed } from '../operations.ts';

/** An account whose proxy an operation changed, by the history that the bot keeps (R9). */
export interface Effect {
  account: number;
  /** The proxy that it left. */
  left: number | null;
  /** The proxy that it got. */
  took: number | null;
}

/** An operation with everything that it changed. */
export interface Change extends Performed {
  effects: readonly Effect[];
}

/** The part of an operation that concerns one account. */
export interface AccountCall extends Performed, Omit<Effect, 'account'> {
  /** Whether the operation names the account. */
  isNamed: boolean;
}

/** The part of an operation that concerns one proxy. */
export interface ProxyCall extends Performed {
  isNamed: boolean;
  left: readonly number[];
  took: readonly number[];
}

export type NumberOf = (name: string) => number | undefined;

const NOTHING = { left: null, took: null };

/** The calls of each account that any operation names or has changed. */
export function callsOfAccounts(changes: readonly Change[], numberOf: NumberOf): Map<number, AccountCall[]> {
  const calls = new Map<number, AccountCall[]>();
  for (const change of changes) {
    const named = namedAccount(change, numberOf);
    const effects = new Map(change.effects.map((effect) => [effect.account, effect]));
    if (named !== undefined && !effects.has(named)) effects.set(named, { account: named, ...NOTHING });
    for (const [account, { left, took }] of effects) {
      add(calls, account, { ...change, left, took, isNamed: account === named });
    }
  }
  return calls;
}

/**
 * The calls of each proxy. An import makes proxies in one transaction and fills them in another one, and so is two calls of each.
 */
export function callsOfProxies(changes: readonly Change[], numberOf: NumberOf): Map<number, ProxyCall[]> {
  const calls = new Map<number, ProxyCall[]>();
  for (const change of changes) {
    const named = new Set(namedProxies(change, numberOf));
    for (const proxy of new Set([...named, ...touched(change)])) {
      const left = change.effects.filter((each) => each.left === proxy).map(({ account }) => account);
      const took = change.effects.filter((each) => each.took === proxy).map(({ account }) => account);
      const whole = { ...change, left, took, isNamed: named.has(proxy) };
      if (change.operation.kind !== 'import' || !whole.isNamed) add(calls, proxy, whole);
      else {
        add(calls, proxy, { ...whole, left: [], took: [] });
        if (left.length + took.length > 0) add(calls, proxy, { ...whole, isNamed: false });
      }
    }
  }
  return calls;
}

function namedAccount({ operation }: Change, numberOf: NumberOf): number | undefined {
  if (operation.kind === 'add account') return numberOf(operation.username);
  return 'account' in operation ? operation.account : undefined;
}

function namedProxies({ operation }: Change, numberOf: NumberOf): number[] {
  if (operation.kind === 'import') return operation.hosts.flatMap((host) => numberOf(host) ?? []);
  return 'proxy' in operation && operation.proxy !== undefined ? [operation.proxy] : [];
}

const touched = ({ effects }: Change): number[] => effects.flatMap(({ left, took }) => [left ?? [], took ?? []].flat());

function add<T>(calls: Map<number, T[]>, key: number, call: T): void {
  const known = calls.get(key);
  if (known) known.push(call);
  else calls.set(key, [call]);
}
