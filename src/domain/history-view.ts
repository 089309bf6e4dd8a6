import type { Page } from './page.ts';

/** Conditions on periods of use: one proxy, one account, one day (UTC, `2026-12-31`), or none. */
export interface HistoryFilter {
  proxyId?: number | undefined;
  accountId?: number | undefined;
  day?: string | undefined;
}

/** One period in which an account used a proxy. It is kept after the proxy or the account is removed. */
export interface HistoryEntry {
  id: number;
  username: string;
  model: string;
  proxyId: number;
  host: string;
  port: number;
  provider: string | null;
  startedAt: Date;
  startedBy: string;
  startReason: string;
  endedAt: Date | null;
  endedBy: string | null;
  endReason: string | null;
}

/** The newest first. */
export interface HistoryPage extends Page<HistoryEntry, HistoryFilter> {
  /** The proxy or account in the filter. */
  subject: { kind: 'proxy'; id: number; host: string; port: number } | { kind: 'account'; name: string } | null;
}
