import type { Stamp } from '../plan-state.ts';

/** Why an account of an import is left as it is: it was changed since, or its proxy is in use. */
export const UNDO_REASONS = ['changed', 'used'] as const;
type UndoReason = (typeof UNDO_REASONS)[number];

export interface KeptAccount {
  username: string;
  why: UndoReason;
}

/** The effect of undoing an import. */
export interface UndoCounts {
  /** Added or restored by the import: removed again. */
  removable: number;
  /** Updated by the import: they get their former values back. */
  restorable: number;
  /** Left as they are, by reason. */
  changed: number;
  used: number;
}

/** The effect that `Undo` would have now. */
export interface AccountUndoPreview extends UndoCounts {
  planId: number;
  /** The first accounts that are left. */
  kept: readonly KeptAccount[];
}

export interface AccountUndoResult extends Stamp {
  removed: number;
  restored: number;
  /** Number of accounts that were left as they are, with the first few. */
  keptCount: number;
  kept: readonly KeptAccount[];
  /** Models and VPS that the import had created, and that were empty again. */
  models: number;
  vps: number;
  /** Waiting accounts that got a proxy. */
  served: number;
}
