import type { Tx } from '../../db/client.ts';
import {
  type Author,
  writeEdit,
  writeRelease,
  writeRemoval,
  writeStatus,
} from '../../db/queries/proxies/pool-changes.ts';
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
  write(tx: Tx, author: Author, change: ChangeOf<K>): Promise<void>;
}

const because = (what: string, reason: string | undefined) => (reason ? `${what}: ${reason}` : what);

const KINDS: { [K in PoolChangeKind]: ChangeKind<K> } = {
  edit: {
    isLeft: false,
    makesRoom: true,
    why: () => 'edited',
    write: (tx, author, { edit }) => writeEdit(tx, author, edit),
  },
  deactivate: {
    isLeft: true,
    makesRoom: false,
    why: ({ isBlocked, reason }) => because(isBlocked ? 'proxy blocked' : 'proxy deactivated', reason),
    write: (tx, author, { isBlocked, reason }) =>
      writeStatus(tx, author, isBlocked ? 'blocked' : 'inactive', reason ?? null),
  },
  activate: {
    isLeft: false,
    makesRoom: true,
    why: () => 'activated',
    write: (tx, author) => writeStatus(tx, author, 'active', null),
  },
  remove: {
    isLeft: true,
    makesRoom: false,
    why: ({ reason }) => because('proxy removed', reason),
    write: (tx, author, { reason }) => writeRemoval(tx, author, reason ?? null),
  },
  release: {
    isLeft: false,
    makesRoom: true,
    why: () => 'released',
    write: (tx, author) => writeRelease(tx, author),
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
