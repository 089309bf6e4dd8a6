/** An operation on the pool, as people, programs and the bot itself ask for it. */
export type Operation =
  | { kind: 'add account'; username: string; model: string }
  | { kind: 'assign'; account: number; isMove: boolean; proxy?: number }
  | { kind: 'unassign'; account: number }
  | { kind: 'remove account'; account: number }
  | { kind: 'look up account'; account: number }
  | { kind: 'import'; hosts: readonly string[] }
  | { kind: 'remove proxy'; proxy: number }
  | { kind: 'fail proxy'; proxy: number }
  | { kind: 'look at proxy'; proxy: number }
  | { kind: 'fill' }
  | { kind: 'serve' }
  | { kind: 'failover' };

/** Counts of an answer; absent if the answer does not tell. */
export interface Counts {
  /** Accounts that got a proxy though the operation names none of them. */
  served?: number;
  /** Accounts that went from one proxy to another. */
  moved?: number;
  /** Accounts that lost their proxy. */
  stranded?: number;
}

/** A proxy as a read saw it. */
export interface SeenProxy {
  isRemoved: boolean;
  accounts: readonly number[];
}

/** The answer that the caller of an operation got. */
export type Answer =
  | { kind: 'done'; proxy?: number; account?: number; seen?: SeenProxy; counts?: Counts }
  /** A rule or the state of things forbids it, so nothing was changed. */
  | { kind: 'refused'; code: string; text: string }
  /**
   * There was no answer: the operation may have been done or not.
   *
   * @property failure an error that no caller should ever see
   */
  | { kind: 'unknown'; failure?: string };

/** A request to a process of the services. */
export interface Request {
  /** The number of the operation, which is also the name of its actor. */
  id: number;
  operation: Operation;
}

export type Reply = { id: number; answer: Answer } | 'ready';

/** The actor of an operation, by which the history (R9) names it. */
export const actorOf = (id: number): string => `operation ${id}`;

/** An operation with its time and its answer. */
export interface Performed extends Request {
  /** Epoch milliseconds. */
  start: number;
  end: number;
  answer: Answer;
}
