import type { RebalanceGoal } from '../plan/moves/rebalance.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { EditableKey, KindOf } from './fields.ts';
import type { ProxyFilter } from './filters.ts';

/** Which proxies: those named, or all that a filter finds. */
export type ChangeTarget = { ids: readonly number[] } | { filter: ProxyFilter };

/** What becomes of a list such as the tags: a new set, or some more and some fewer. */
export type ListEdit = { set: readonly string[] } | { add: readonly string[]; drop: readonly string[] };

/** The new value of a field as it is stored and sent: a moment as ISO 8601. */
type EditOf<K extends EditableKey> = {
  text: string | null;
  list: ListEdit;
  moment: string | null;
  amount: number | null;
}[KindOf<K>];

/** What an edit writes; an absent field stays, null clears it. */
export type ProxyEdit = { [K in EditableKey]?: EditOf<K> | undefined };

/** A change of the pool that is planned, shown, and then applied in one transaction. */
export type PoolChange =
  | { kind: 'edit'; target: ChangeTarget; edit: ProxyEdit }
  | { kind: 'deactivate'; target: ChangeTarget; isBlocked: boolean; reason?: string | undefined }
  | { kind: 'activate'; target: ChangeTarget }
  | { kind: 'remove'; target: ChangeTarget; reason?: string | undefined }
  | { kind: 'release'; target: ChangeTarget }
  /** Accounts leave these proxies, which stay as they are; those that no other proxy can take stay too. */
  | { kind: 'move'; target: ChangeTarget; reason: string }
  /** Where several VPS use a proxy, one of them stays, and the accounts of the others go where nobody else's are. */
  | { kind: 'separate'; target: ChangeTarget }
  | { kind: 'rebalance'; modelId?: number | undefined; model?: string | undefined; goal: RebalanceGoal };

export type PoolChangeKind = PoolChange['kind'];

/** Whether accounts that no other proxy can take stay where they are; else they lose their proxy and wait. */
export const staysPut = ({ kind }: PoolChange): boolean => kind === 'move' || kind === 'separate';

/** What a change does to the accounts of one model. */
export interface ChangedModel {
  name: string;
  moved: number;
  /** Accounts that no proxy can take: they wait, or stay where they are (see `staysPut`). */
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
  /** Waiting accounts that the change served. */
  served: number;
}

/** A planned change in figures and a few examples. */
export interface ChangePreview {
  planId: number;
  state: PlanState;
  change: PoolChange;
  /** Proxies that change. */
  count: number;
  /** Proxies that were found and are so already. */
  unchanged: number;
  sample: readonly { id: number; address: string; load: number }[];
  moved: number;
  stranded: number;
  models: readonly ChangedModel[];
  moves: readonly { username: string; model: string; fromProxyId: number; toProxyId: number; reason: string }[];
  result: ChangeResult | null;
}

/** One account that a change has moved, or left without a proxy. */
export interface ChangedSeat {
  username: string;
  model: string;
  from: { id: number; address: string };
  to: { id: number; address: string } | null;
}
