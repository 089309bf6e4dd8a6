import { plural } from '../counted.ts';
import type { FormerValues } from '../input/former-values.ts';
import type { RebalanceGoal } from '../plan/moves/rebalance.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { EditUndoResult } from './edit-undo.ts';
import type { EditableKey, KindOf } from './fields.ts';
import type { ProxyFilter } from './filters.ts';

/** The named proxies, or all that a filter matches. */
export type ChangeTarget = { ids: readonly number[] } | { filter: ProxyFilter };

/** A new list, such as of tags, or items to add and to remove. */
export type ListEdit = { set: readonly string[] } | { add: readonly string[]; drop: readonly string[] };

/** The new value of a field as it is stored and sent: a moment as ISO 8601. */
type EditOf<K extends EditableKey> = {
  text: string | null;
  list: ListEdit;
  moment: string | null;
  amount: number | null;
}[KindOf<K>];

/** New values; an absent field is kept, null clears it. */
export type ProxyEdit = { [K in EditableKey]?: EditOf<K> | undefined };

/** A change of the pool that is planned, previewed, and then applied in one transaction. */
export type PoolChange =
  | { kind: 'edit'; target: ChangeTarget; edit: ProxyEdit }
  | {
      kind: 'deactivate';
      target: ChangeTarget;
      isBlocked: boolean;
      reason?: string | undefined;
      incidentId?: number | undefined;
    }
  | { kind: 'activate'; target: ChangeTarget }
  | { kind: 'remove'; target: ChangeTarget; reason?: string | undefined }
  | { kind: 'release'; target: ChangeTarget }
  /** Moves accounts off proxies that stay as they are; accounts that no other proxy can take stay too. */
  | { kind: 'move'; target: ChangeTarget; reason: string; incidentId?: number | undefined }
  /** If several VPS use a proxy, the accounts of all but one move to proxies that no other VPS uses. */
  | { kind: 'separate'; target: ChangeTarget }
  | { kind: 'rebalance'; modelId?: number | undefined; model?: string | undefined; goal: RebalanceGoal };

export type PoolChangeKind = PoolChange['kind'];

/** Whether accounts that no other proxy can take keep their proxy; otherwise they lose it and wait. */
export const staysPut = ({ kind }: PoolChange): boolean => kind === 'move' || kind === 'separate';

type Verb = readonly [one: string, many: string];

const UNCHANGED: Record<Exclude<PoolChangeKind, 'rebalance'>, Verb> = {
  edit: ['already has these values', 'already have these values'],
  deactivate: ['is already inactive', 'are already inactive'],
  activate: ['is already active', 'are already active'],
  remove: ['is already removed', 'are already removed'],
  release: ['has no cooldown', 'have no cooldown'],
  move: ['has no accounts', 'have no accounts'],
  separate: ['is used by one VPS at most', 'are used by one VPS at most'],
};

/** Why a change leaves proxies as they are: `5 proxies are already active`. */
export function unchangedReason(change: PoolChange, proxies: number): string {
  if (change.kind === 'rebalance') return '';
  const isBlock = change.kind === 'deactivate' && change.isBlocked;
  const verb: Verb = isBlock ? ['is already blocked', 'are already blocked'] : UNCHANGED[change.kind];
  return `${plural(proxies, 'proxy', 'proxies')} ${verb[proxies === 1 ? 0 : 1]}`;
}

/** Effect of a change on the accounts of one model. */
export interface ChangedModel {
  name: string;
  moved: number;
  /** Accounts that no proxy can take: they wait or keep their proxy (see `staysPut`). */
  stranded: number;
  missingProxies: number;
  /** Proxies in use, for a rebalance. */
  proxies: { before: number; after: number } | null;
}

export interface ChangeResult extends Stamp {
  /** Proxies that changed. */
  count: number;
  moved: number;
  stranded: number;
  /** Waiting accounts that got a proxy. */
  served: number;
  undo?: EditUndoResult | undefined;
}

/** The values that the changing proxies have in the fields that an edit sets. */
export type FormerFields = Partial<Record<EditableKey, FormerValues>>;

/** A planned change in figures and a few examples. */
export interface ChangePreview {
  planId: number;
  state: PlanState;
  cancelledBy: string | null;
  change: PoolChange;
  /** Proxies that change. */
  count: number;
  /** The proxy, if exactly one changes. */
  only: { id: number; address: string } | null;
  /** The values that an edit replaces. */
  former: FormerFields;
  /** Proxies that already are as the change would make them. */
  unchanged: number;
  sample: readonly { id: number; address: string; load: number }[];
  moved: number;
  stranded: number;
  models: readonly ChangedModel[];
  /** Waiting accounts, which get the slots that the change frees. */
  waiting: number;
  moves: readonly { username: string; model: string; fromProxyId: number; toProxyId: number; reason: string }[];
  result: ChangeResult | null;
}

/** An account that a change has moved or left without a proxy. */
export interface MovedAccount {
  username: string;
  model: string;
  from: { id: number; address: string };
  to: { id: number; address: string } | null;
}
