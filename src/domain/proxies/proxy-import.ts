import { ImportSteps } from '../imports/import-steps.ts';
import type { ReadingChoice } from '../parse/proxy-file.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { ProxyType } from './proxy.ts';

/** What becomes of a staged line, decided against the pool as it is now. */
export const IMPORT_CLASSES = ['new', 'revived', 'known', 'blocked', 'type', 'credentials', 'duplicate'] as const;
export type ImportClass = (typeof IMPORT_CLASSES)[number];

/** The steps of an import, each of which is a button and happens once. */
export const IMPORT_STEPS = ['import', 'update', 'add', 'undo'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];
/** The steps that take lines. */
export type TakingStep = Exclude<ImportStep, 'undo'>;

export const importSteps = new ImportSteps<TakingStep, ImportClass>({
  import: ['new', 'revived'],
  update: ['type', 'credentials'],
  add: ['credentials'],
});

export interface ImportStepResult extends Stamp {
  count: number;
  /** Waiting accounts that got a proxy by it. */
  served?: number | undefined;
}

/** One line as a preview shows it. The username is shown masked; the password is no part of it. */
export interface ImportSample {
  line: number;
  host: string;
  port: number;
  type: ProxyType;
  username: string;
  label: string | null;
  country: string | null;
}

/** A line that was not understood, its secrets masked. */
export interface RejectedLine {
  line: number;
  reason: string;
  text: string;
}

/** What `Undo` would touch. */
export interface UndoPreview {
  planId: number;
  /** Brought by the import and without an account. */
  removable: number;
  /** Brought by the import and carrying accounts: they stay. */
  carrying: number;
  /** Updated by the import and unchanged since: they get their former credentials and type back. */
  restorable: number;
}

export interface ImportPreview {
  planId: number;
  fileName: string | null;
  state: PlanState;
  expiresAt: Date;
  encoding: string;
  counts: Record<ImportClass | 'invalid', number>;
  sample: readonly ImportSample[];
  /** Proxies that stay blocked, by number and address; the first few. */
  blocked: readonly { id: number; host: string; port: number; reason: string | null }[];
  rejected: readonly RejectedLine[];
  choice: ReadingChoice | null;
  unknownColumns: readonly string[];
  /** Columns that were left out because the column in `used` has the same meaning. */
  lostColumns: readonly { name: string; used: string }[];
  /** In which forms the lines were read, those of most lines first. */
  forms: readonly { form: string; lines: number }[];
  waiting: { accounts: number; served: number };
  results: Partial<Record<ImportStep, ImportStepResult>>;
  /** The message that the list stood in and that holds credentials, if it came from one. */
  source: { channelId: string; messageId: string } | null;
}
