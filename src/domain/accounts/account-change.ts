import { plural } from '../counted.ts';
import type { FormerValues } from '../input/former-values.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { LikeModel } from './account-edit.ts';
import type { AccountFilter } from './account-filter.ts';
import type { WaitingOfModel } from './account-import.ts';

/** New values for many accounts; an absent field is kept, null clears it. */
export interface AccountsEdit {
  model?: string | undefined;
  vps?: string | null | undefined;
  label?: string | null | undefined;
  notes?: string | null | undefined;
}

export const EDITED_FIELDS = ['model', 'vps', 'label', 'notes'] as const satisfies readonly (keyof AccountsEdit)[];
export type EditedField = (typeof EDITED_FIELDS)[number];

/** A change of the accounts that a filter matches, which is planned, previewed, and then applied in one transaction. */
export type AccountChange = { filter: AccountFilter } & (
  | { kind: 'edit'; edit: AccountsEdit }
  /** The accounts leave their proxies and are put on hold. */
  | { kind: 'hold'; reason?: string | undefined }
  /** The accounts are no longer on hold, and get proxies as far as there are free slots. */
  | { kind: 'release' }
  | { kind: 'remove' }
);
export type AccountChangeKind = AccountChange['kind'];

const UNCHANGED: Record<AccountChangeKind, (isOne: boolean) => string> = {
  edit: (isOne) => (isOne ? 'already has these values' : 'already have these values'),
  hold: (isOne) => (isOne ? 'is already on hold' : 'are already on hold'),
  release: (isOne) => (isOne ? 'is not on hold' : 'are not on hold'),
  remove: (isOne) => (isOne ? 'is already removed' : 'are already removed'),
};

/** Why a change leaves accounts as they are: `5 accounts are already on hold`. */
export function unchangedAccounts({ kind }: AccountChange, accounts: number): string {
  return `${plural(accounts, 'account')} ${UNCHANGED[kind](accounts === 1)}`;
}

/** Where accounts that need a proxy would go. */
export interface AccountsPlacement {
  placed: number;
  waiting: readonly WaitingOfModel[];
  missingProxies: number;
}

/** The fate of the proxies that accounts have left. */
export interface LeftProxies {
  proxies: number;
  /** Without accounts now. */
  unused: number;
  /** Reserved for their model for a time (R6). */
  reserved: number;
}

export interface AccountChangeResult extends Stamp, LeftProxies {
  /** Accounts that changed. */
  count: number;
  /** Accounts that left a proxy. */
  left: number;
  /** Of the changed accounts that need a proxy: how many got one, and how many wait. */
  placed: number;
  waiting: number;
  /** Other waiting accounts that got a proxy. */
  served: number;
}

export interface ShownAccountChange {
  count: number;
  /** Accounts that leave their proxies, and the number of these. */
  left: number;
  proxies: number;
  former: { [K in EditedField]?: FormerValues | undefined };
}

/** A planned change in figures and a few examples. */
export interface AccountChangePreview extends ShownAccountChange {
  planId: number;
  state: PlanState;
  cancelledBy: string | null;
  change: AccountChange;
  /** Accounts that already are as the change would make them. */
  unchanged: number;
  placement: AccountsPlacement | null;
  /** Set if the change creates its model: the existing one that looks like it, if there is one. */
  newModel: { like: LikeModel | null } | null;
  sample: readonly { username: string; model: string; proxyId: number | null }[];
  result: AccountChangeResult | null;
}
