import type { AccountImportPreview, ShownStep } from '../../domain/accounts/account-import.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ChangePreview, PoolChange } from '../../domain/proxies/pool-change.ts';
import type { Outcome } from '../shared/stored-plans.ts';

/** The calls of services that are too slow for the main thread when the pool is large. */
export interface BulkTasks {
  planFill(actor: Actor, model?: string): Promise<FillPreview>;
  applyFill(actor: Actor, planId: number): Promise<Outcome<FillPreview>>;
  planChange(actor: Actor, asked: PoolChange): Promise<ChangePreview>;
  applyChange(actor: Actor, planId: number, atMost?: number): Promise<Outcome<ChangePreview>>;
  previewAccounts(planId: number): Promise<AccountImportPreview>;
  commitAccounts(actor: Actor, planId: number, shown?: ShownStep): Promise<Outcome<AccountImportPreview>>;
  updateAccounts(
    ...args: [actor: Actor, planId: number, shown?: ShownStep, atMost?: number]
  ): Promise<Outcome<AccountImportPreview>>;
}

export type BulkTask = keyof BulkTasks;

/** Runs such a call elsewhere. */
export interface BulkRunner {
  /**
   * Whether the pool is large enough to be worth it.
   *
   * @param rows that the task brings itself, such as those of a file
   */
  isNeeded(rows?: number): Promise<boolean>;
  /** @throws UserError as the task does */
  run<K extends BulkTask>(task: K, ...args: Parameters<BulkTasks[K]>): ReturnType<BulkTasks[K]>;
}
