import type { Stamp } from '../plan-state.ts';

/** The effect that undoing an edit of many proxies would have. */
export interface EditUndoCounts {
  /** Proxies that still have what the edit set: they get their former values back. */
  restorable: number;
  /** Proxies that were changed or removed since: they stay as they are. */
  kept: number;
}

export interface EditUndoPreview extends EditUndoCounts {
  planId: number;
  /** The numbers of the first proxies that stay as they are. */
  keptIds: readonly number[];
}

export interface EditUndoResult extends Stamp, EditUndoCounts {
  keptIds: number[];
  /** Waiting accounts that got a proxy. */
  served: number;
}
