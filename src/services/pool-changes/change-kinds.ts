import type { Tx } from '../../db/client.ts';
import { writeEdit, writeRelease, writeRemoval, writeStatus } from '../../db/queries/proxies/pool-changes.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PoolChange, PoolChangeKind } from '../../domain/proxies/pool-change.ts';

type ChangeOf<K extends PoolChangeKind> = Extract<PoolChange, { kind: K }>;

interface ChangeKind<K extends PoolChangeKind> {
  /** Whether the accounts of the proxies are moved first. */
  isLeft: boolean;
  /** Whether waiting accounts may find a slot afterwards. */
  makesRoom: boolean;
  /** The reason in the history of the accounts that leave. */
  why(change: ChangeOf<K>): string;
  /** Writes the change to the proxies that were found. */
  write(tx: Tx, actor: Actor, change: ChangeOf<K>): Promise<void>;
}

const because = (what: string, reason: string | undefined) => (reason ? `${what}: ${reason}` : what);

const KINDS: { [K in PoolChangeKind]: ChangeKind<K> } = {
  edit: {
    isLeft: false,
    makesRoom: true,
    why: () => 'edited',
    write: (tx, actor, { edit }) => writeEdit(tx, actor, edit),
  },
  deactivate: {
    isLeft: true,
    makesRoom: false,
    why: ({ isBlocked, reason }) => because(isBlocked ? 'proxy blocked' : 'proxy deactivated', reason),
    write: (tx, actor, { isBlocked, reason }) =>
      writeStatus(tx, actor, isBlocked ? 'blocked' : 'inactive', reason ?? null),
  },
  activate: {
    isLeft: false,
    makesRoom: true,
    why: () => 'activated',
    write: (tx, actor) => writeStatus(tx, actor, 'active', null),
  },
  remove: {
    isLeft: true,
    makesRoom: false,
    why: ({ reason }) => because('proxy removed', reason),
    write: (tx, actor, { reason }) => writeRemoval(tx, actor, reason ?? null),
  },
  release: {
    isLeft: false,
    makesRoom: true,
    why: () => 'released',
    write: (tx, actor) => writeRelease(tx, actor),
  },
  move: { isLeft: true, makesRoom: false, why: ({ reason }) => reason, write: async () => undefined },
  separate: {
    isLeft: true,
    makesRoom: false,
    why: () => 'another VPS uses the proxy',
    write: async () => undefined,
  },
  rebalance: {
    isLeft: false,
    makesRoom: true,
    why: ({ goal }) => `rebalanced to ${goal}`,
    write: async () => undefined,
  },
};

/** Behavior of a kind of change. */
export function kindOf<K extends PoolChangeKind>({ kind }: { kind: K }): ChangeKind<K> {
  return KINDS[kind];
}
