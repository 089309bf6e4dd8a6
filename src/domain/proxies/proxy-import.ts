import { count } from '../counted.ts';
import { ImportSteps } from '../imports/import-steps.ts';
import type { StagedList } from '../imports/staged-list.ts';
import type { ReadingChoice } from '../parse/parsed-file.ts';
import type { Stamp } from '../plan-state.ts';
import type { DefaultKey } from './fields.ts';
import type { ProxyType } from './proxy.ts';

/** The classes of staged lines, decided against the current pool. */
export const IMPORT_CLASSES = ['new', 'revived', 'known', 'blocked', 'type', 'credentials', 'duplicate'] as const;
export type ImportClass = (typeof IMPORT_CLASSES)[number];

/** The steps of an import. Each one is a button and runs once. */
export const IMPORT_STEPS = ['import', 'update', 'add', 'undo'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];
/** The steps that apply lines. */
export type TakingStep = Exclude<ImportStep, 'undo'>;

export const importSteps = new ImportSteps<TakingStep, ImportClass>({
  import: ['new', 'revived'],
  update: ['type', 'credentials'],
  add: ['credentials'],
});

export interface ImportStepResult extends Stamp {
  count: number;
  /** Number of waiting accounts that got a proxy in this step. */
  served?: number | undefined;
}

/** One line in a preview. The username is masked, and the password is not included. */
export interface ImportSample {
  line: number;
  host: string;
  port: number;
  type: ProxyType;
  username: string;
  label: string | null;
  country: string | null;
}

/** A line that was not understood, with masked secrets. */
export interface RejectedLine {
  line: number;
  reason: string;
  text: string;
}

/** The effect that `Undo` would have. */
export interface UndoPreview {
  planId: number;
  /** Added by the import and without accounts. */
  removable: number;
  /** Added by the import and with accounts: they stay. */
  carrying: number;
  /** The numbers of the first five of these. */
  firstCarrying: readonly number[];
  /** Updated by the import and unchanged since: they get their former credentials and type back. */
  restorable: number;
}

/** "7 proxies have accounts and stay: #1, #2, #3, #4, #5 and 2 more" */
export function stayingProxies({ carrying, firstCarrying }: Pick<UndoPreview, 'carrying' | 'firstCarrying'>): string {
  const named = firstCarrying.map((id) => `#${id}`).join(', ');
  const more = carrying > firstCarrying.length ? ` and ${count(carrying - firstCarrying.length)} more` : '';
  return `${carrying === 1 ? '1 proxy has accounts and stays' : `${count(carrying)} proxies have accounts and stay`}: ${named}${more}`;
}

/** A value of the file that known proxies do not have. An import leaves these as they are, and an edit can set it. */
export interface SettableValue {
  key: SettableKey;
  value: string;
  /** Number of known proxies that have no such value, or another one. */
  count: number;
}

/** The fields that the options of an import name. */
export const SETTABLE_KEYS = ['provider', 'country', 'label'] as const satisfies readonly DefaultKey[];
export type SettableKey = (typeof SETTABLE_KEYS)[number];

export interface ImportPreview extends StagedList {
  counts: Record<ImportClass | 'invalid', number>;
  /** Examples of the lines that the import would take, the odd ones among them. */
  sample: readonly ImportSample[];
  /** How many of the lines that the import would take have expired already. */
  expired: number;
  /** Proxies that stay blocked, by number and address; the first few. */
  blocked: readonly { id: number; host: string; port: number; reason: string | null }[];
  rejected: readonly RejectedLine[];
  choice: ReadingChoice | null;
  /** Columns that were left out because the column in `used` has the same meaning. */
  lostColumns: readonly { name: string; used: string }[];
  /** The formats of the lines, the most frequent first. */
  forms: readonly { form: string; lines: number }[];
  waiting: { accounts: number; served: number };
  results: Partial<Record<ImportStep, ImportStepResult>>;
  /** Of each field, the most frequent value that known proxies do not have. */
  settable: readonly SettableValue[];
  /** Number of proxies of the pool that this import added or restored. */
  brought: number;
  /** Whether some of these, or of the lines before anything is applied, have no provider. */
  lacksProvider: boolean;
}
