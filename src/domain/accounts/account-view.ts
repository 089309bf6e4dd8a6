import type { Page } from '../page.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { AccountFilter, AccountState } from './account-filter.ts';

/** An account in a list. */
export interface AccountSummary {
  id: number;
  username: string;
  model: string;
  label: string | null;
  vps: string | null;
  state: AccountState;
  /** Its proxy, without credentials. */
  proxy: { id: number; host: string; port: number } | null;
}

/** One period in which an account used a proxy. */
export interface PastUse {
  proxyId: number;
  host: string;
  port: number;
  startedAt: Date;
  startedBy: string;
  startReason: string;
  endedAt: Date | null;
  endReason: string | null;
}

/** An account with its details. */
export interface AccountDetails extends AccountSummary {
  notes: string | null;
  waitingSince: Date;
  removedAt: Date | null;
  /** The last periods of use, the newest first. */
  history: readonly PastUse[];
}

/** The filter of a list; usernames are not searched for people who do not see them. */
export type ListedAccounts = AccountFilter & { isMasked?: true | undefined };

export type AccountPage = Page<AccountSummary, ListedAccounts>;

/** The preview of a fill: figures and a few examples. */
export interface FillPreview {
  planId: number;
  state: PlanState;
  cancelledBy: string | null;
  asked: number;
  placed: number;
  models: readonly { name: string; placed: number; waiting: number; missingProxies: number }[];
  /** "Moving amber together would free 12 proxies." */
  consolidations: readonly { modelId: number; name: string; freedProxies: number }[];
  sample: readonly { username: string; model: string; proxyId: number; address: string; reason: string }[];
  result: (Stamp & { count: number }) | null;
}
