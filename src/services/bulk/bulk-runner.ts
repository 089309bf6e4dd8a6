import type { Db } from '../../db/client.ts';
import type { VpsScope } from '../../db/queries/vps/vps.ts';
import type { AccountChange, AccountChangePreview } from '../../domain/accounts/account-change.ts';
import type { AccountImportPreview, ShownStep } from '../../domain/accounts/account-import.ts';
import type { UndoCounts } from '../../domain/accounts/account-undo.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import type { EditUndoCounts } from '../../domain/proxies/edit-undo.ts';
import type { ChangePreview, PoolChange } from '../../domain/proxies/pool-change.ts';
import type { VpsMap } from '../../domain/vps/vps-map.ts';
import type { Outcome } from '../shared/stored-plans.ts';

/** The calls of services that are too slow for the main thread when the pool is large. */
export interface BulkTasks {
  planFill(actor: Actor, model?: string): Promise<FillPreview>;
  applyFill(actor: Actor, planId: number): Promise<Outcome<FillPreview>>;
  assignAfterImport(actor: Actor, planId: number, step: string): Promise<number>;
  planChange(actor: Actor, asked: PoolChange): Promise<ChangePreview>;
  applyChange(actor: Actor, planId: number): Promise<Outcome<ChangePreview>>;
  previewAccounts(planId: number): Promise<AccountImportPreview>;
  commitAccounts(actor: Actor, planId: number, shown?: ShownStep): Promise<Outcome<AccountImportPreview>>;
  /** Moves accounts off failing proxies. @returns how many */
  runFailover(): Promise<number>;
  countMovable(): Promise<void>;
  updateAccounts(actor: Actor, planId: number, shown?: ShownStep): Promise<Outcome<AccountImportPreview>>;
  planAccountChange(actor: Actor, asked: AccountChange): Promise<AccountChangePreview>;
  applyAccountChange(actor: Actor, planId: number): Promise<Outcome<AccountChangePreview>>;
  undoChange(actor: Actor, planId: number, shown: EditUndoCounts): Promise<boolean>;
  undoAccounts(actor: Actor, planId: number, shown: UndoCounts): Promise<boolean>;
  countMap(scope: VpsScope): Promise<VpsMap>;
}

export type BulkTask = keyof BulkTasks;

export type BulkResult<K extends BulkTask> = Awaited<ReturnType<BulkTasks[K]>>;

export interface BulkCall<K extends BulkTask> {
  task: K;
  args: Parameters<BulkTasks[K]>;
  /** Counts the rows that the task adds itself, such as those of a file. */
  rows?: () => Promise<number>;
  /** Whether the task needs few rows of the pool, however large the pool is. */
  isFew?: (db: Db) => boolean | Promise<boolean>;
}

export interface BulkRunner {
  /**
   * Runs a task in the thread if the pool or the task's own rows are large, and otherwise with `here`.
   *
   * @throws UserError as the task does
   */
  run<K extends BulkTask>(call: BulkCall<K>, here: () => Promise<BulkResult<K>>): Promise<BulkResult<K>>;
}

/** Runs every task directly: for the thread itself, and for services without a thread. */
export const runHere: BulkRunner = { run: (_call, here) => here() };
