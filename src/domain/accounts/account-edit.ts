import { readEdited } from '../input/edit-text.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import { readLabel, readNotes, readVpsOf } from './account-fields.ts';

/** Text of the options or fields of an edit. An absent field is kept; `-` or an empty text clears it. */
export interface WrittenAccountEdit {
  vps?: string | undefined;
  label?: string | undefined;
  notes?: string | undefined;
}

/** New values; null clears. */
export interface AccountEdit {
  vps?: string | null;
  label?: string | null;
  notes?: string | null;
}

const READERS = { vps: readVpsOf, label: readLabel, notes: readNotes };

/** Reads an edit by the same rules as an import. */
export function readAccountEdit(written: WrittenAccountEdit): AccountEdit | Refusal {
  const edit: AccountEdit = {};
  for (const key of ['vps', 'label', 'notes'] as const) {
    const value = readEdited(written[key], READERS[key]);
    if (value instanceof Refusal) return value;
    if (value !== undefined) edit[key] = value;
  }
  return edit;
}

/** An existing model whose name is like a new one. */
export interface LikeModel {
  name: string;
  accounts: number;
}

/** A change of an account's model and its effect on the proxy (R2). */
export interface ModelMove {
  username: string;
  from: string;
  to: string;
  /** The change creates the model. */
  isNewModel: boolean;
  /** The existing model that a new one looks like; plans of version 0.1.0 do not have it. */
  like?: LikeModel | null | undefined;
  /** An account on hold stays on hold, without a proxy. */
  isHeld: boolean;
  /**
   * The current proxy. It stays reserved for the former model for `cooldownDays` (R6); null: for a time that was not
   * stored.
   */
  leaves: { id: number; address: string; cooldownDays: number | null } | null;
  /** The new proxy; null if the account will wait. It may be the current proxy if no other account uses that. */
  gets: { id: number; address: string; reason: string } | null;
}

export interface ModelMovePreview extends ModelMove {
  planId: number;
  accountId: number;
  state: PlanState;
  cancelledBy: string | null;
  result: Stamp | null;
}
