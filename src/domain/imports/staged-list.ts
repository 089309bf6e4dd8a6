import type { PlanState } from '../plan-state.ts';

/** The part of an import that does not depend on what its list contains. */
export interface StagedList {
  planId: number;
  /** Null for pasted text. */
  fileName: string | null;
  state: PlanState;
  cancelledBy: string | null;
  expiresAt: Date;
  encoding: string;
  unknownColumns: readonly string[];
  /** The message that contained the list, if there is one. */
  source: { channelId: string; messageId: string } | null;
}

type Stored = Pick<StagedList, 'state' | 'cancelledBy' | 'expiresAt'> & {
  id: number;
  input: Pick<StagedList, 'fileName' | 'encoding' | 'unknownColumns' | 'source'>;
};

export function stagedListOf({ id, state, cancelledBy, expiresAt, input }: Stored): StagedList {
  const { fileName, encoding, unknownColumns, source } = input;
  return { planId: id, state, cancelledBy, expiresAt, fileName, encoding, unknownColumns, source };
}
