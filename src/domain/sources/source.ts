import { cleanName, providerKey } from '../names.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { readShown } from '../parse/fields/text.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { SourceKind } from './listed.ts';

/**
 * The changes that a sync applies without a question. `ask`: nothing. `additions`: it applies what is new, changed and renewed. `auto`:
 * also what was replaced or has returned. What is missing is always asked about.
 */
export const SOURCE_MODES = ['ask', 'additions', 'auto'] as const;
export type SourceMode = (typeof SOURCE_MODES)[number];

/** How a sync ended. `complete`: with the whole list. `incomplete`: with a part of it, so that nothing counts as missing. `failed`: without a list. */
export const SYNC_OUTCOMES = ['complete', 'incomplete', 'failed'] as const;
export type SyncOutcome = (typeof SYNC_OUTCOMES)[number];

/** Kinds of entries of a list that make a difference. */
export const SYNC_CLASSES = ['new', 'adopted', 'changed', 'replaced', 'renewed', 'returned'] as const;
export type SyncClass = (typeof SYNC_CLASSES)[number];
export type SyncCounts = Record<SyncClass, number>;

export const NO_SYNC_COUNTS: SyncCounts = { new: 0, adopted: 0, changed: 0, replaced: 0, renewed: 0, returned: 0 };

/** The classes that each mode applies at once. */
export const AUTOMATIC: Readonly<Record<SourceMode, readonly SyncClass[]>> = {
  ask: [],
  additions: ['new', 'adopted', 'changed', 'renewed'],
  auto: SYNC_CLASSES,
};

/** The reason in the status of a proxy that was deactivated because its source lacks it. A sync that finds it again undoes that. */
export const MISSING_REASON = 'missing from its source';

/** Proxies of a source that its last complete list lacks, or that have ended. They are active until a person decides. */
export interface Missing {
  missing: number;
  expired: number;
  /** Number of accounts on them. */
  accounts: number;
  /** Whether so many are missing at once that the list is doubtful. */
  isSuspicious: boolean;
}

const SUSPICIOUS_SHARE = 0.2;
const SUSPICIOUS_COUNT = 10;

/** Whether a list lacks so many proxies of its source that it is doubtful. */
export const isSuspicious = (missing: number, active: number): boolean =>
  missing > SUSPICIOUS_COUNT && missing > active * SUSPICIOUS_SHARE;

export interface SyncRun {
  id: number;
  actorId: string;
  startedAt: Date;
  endedAt: Date | null;
  outcome: SyncOutcome | null;
  /** Why the list is not complete, as a sentence. */
  message: string | null;
  listed: number | null;
  refused: number | null;
}

export interface SourceSummary {
  id: number;
  name: string;
  kind: SourceKind;
  provider: string | null;
  everyHours: number;
  mode: SourceMode;
  nextSyncAt: Date;
  syncedAt: Date | null;
  completeAt: Date | null;
  failures: number;
  /** The sentence of the last sync, if that did not read a complete list. */
  problem: string | null;
  isRunning: boolean;
  /** Its proxies in the pool, and how many of these it lacks and that are active. */
  proxies: number;
  missing: number;
}

/** A source with its last syncs, the newest first. */
export interface SourceDetails extends SourceSummary {
  createdBy: string;
  createdAt: Date;
  /** The plan of the last sync, if it is open. */
  planId: number | null;
  syncs: readonly SyncRun[];
}

export interface SyncResult extends Stamp {
  counts: SyncCounts;
  /** Number of accounts that moved to the successors of their proxies. */
  moved: number;
}

/** An entry of a plan, as it is shown. */
export interface SyncSample {
  class: SyncClass;
  proxyId: number | null;
  /** The address in the pool, and the one in the list. */
  before: string | null;
  after: string;
  accounts: number;
}

/** The findings of a sync, in figures and a few examples. */
export interface SyncPreview {
  planId: number;
  state: PlanState;
  cancelledBy: string | null;
  source: { id: number; name: string; isRemoved: boolean };
  /** Number of proxies in the list. */
  listed: number;
  /** Number of entries that are not proxies which the pool takes. */
  refused: number;
  counts: SyncCounts;
  /** Number of accounts on the proxies that were replaced. */
  moving: number;
  missing: Missing;
  /** Why the list is incomplete, as a sentence. */
  problem: string | null;
  sample: readonly SyncSample[];
  result: SyncResult | null;
}

/** The result of a sync: a plan, or nothing to decide. */
export interface SyncReport {
  source: { id: number; name: string };
  outcome: SyncOutcome;
  listed: number;
  problem: string | null;
  /** Undefined if the pool is as the list says. */
  preview?: SyncPreview | undefined;
  /** The changes that the mode of the source has applied at once. */
  applied?: SyncPreview | undefined;
}

export const MIN_EVERY_HOURS = 1;
export const MAX_EVERY_HOURS = 7 * 24;
export const DEFAULT_EVERY_HOURS = 6;

/** Reads the time between two syncs, such as `6h` or `2d`, as hours. */
export function readEvery(text: string): number | Refusal {
  const [, digits, unit] = /^(\d{1,3})\s*([hd])$/i.exec(text.trim()) ?? [];
  const hours = Number(digits) * (unit?.toLowerCase() === 'd' ? 24 : 1);
  const isValid = hours >= MIN_EVERY_HOURS && hours <= MAX_EVERY_HOURS;
  return isValid ? hours : new Refusal('The time between syncs must be from 1h to 7d, such as 6h or 2d.');
}

/** `6h`, `2d` */
export function writeEvery(hours: number): string {
  return hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
}

export const SOURCE_NAME_CHARS = 40;

/** Reads a name. Quotes and commas would end it in a search, and `(none)` finds proxies without a source there. */
export function readSourceName(written: string): string | Refusal {
  const name = readShown(cleanName(written), 'name', SOURCE_NAME_CHARS);
  if (name instanceof Refusal) return name;
  if (name === null || !/[\p{L}\p{N}]/u.test(name)) return new Refusal('The name must contain a letter or a digit.');
  return /[",()]/.test(name) ? new Refusal('The name must not contain quotes, commas or parentheses.') : name;
}

/** Unique among sources. */
export const sourceKey = (name: string): string => providerKey(name);

/** The number of entries that a button applies. */
export const totalOf = (counts: SyncCounts): number => SYNC_CLASSES.reduce((sum, each) => sum + counts[each], 0);

/** The number of proxies of the pool that a plan changes: new ones are not counted, as in an import. */
export const changedOf = (counts: SyncCounts): number => totalOf(counts) - counts.new;
