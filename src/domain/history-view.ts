import type { Page } from './page.ts';

/** Which uses: of one proxy, of one account, on one day (UTC, `2026-12-31`), or all. */
export interface HistoryFilter {
  proxyId?: number | undefined;
  accountId?: number | undefined;
  day?: string | undefined;
}

/** One use of a proxy by an account, from when to when. Removed proxies and accounts keep theirs. */
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
  /** What the filter names. */
  subject: { kind: 'proxy'; id: number; host: string; port: number } | { kind: 'account'; name: string } | null;
}
