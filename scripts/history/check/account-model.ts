import type { AccountCall } from './calls.ts';
import type { Model } from './linearize.ts';

/** A number is that of the account's proxy. */
export type AccountState = 'absent' | 'waiting' | 'held' | 'removed' | number;

/** The effects of operations on one account, and their answers. */
export const accountModel: Model<AccountState, AccountCall> = {
  initial: 'absent',
  step: (state, call) => (call.isNamed ? named(state, call) : moved(state, call)),
};

const isHere = (state: AccountState): boolean => state !== 'absent' && state !== 'removed';
const isUnchanged = ({ left, took }: AccountCall): boolean => left === null && took === null;
const only = (state: AccountState, isPossible: boolean): AccountState[] => (isPossible ? [state] : []);

/** Operations that name no account move those of failing or removed proxies, and assign proxies to accounts that wait. */
function moved(state: AccountState, { operation, left, took }: AccountCall): AccountState[] {
  const mayTakeOff =
    left === null || operation.kind === 'failover' || (operation.kind === 'remove proxy' && operation.proxy === left);
  if (!mayTakeOff || (left !== null && state !== left)) return [];
  const between = left === null ? state : 'waiting';
  if (took === null) return [between];
  return only(took, between === 'waiting' || (between === 'held' && operation.kind === 'fill'));
}

function named(state: AccountState, call: AccountCall): AccountState[] {
  if (call.answer.kind === 'refused') return isUnchanged(call) ? refused(state, call.answer) : [];
  switch (call.operation.kind) {
    case 'add account':
      // An account without an answer that exists was added.
      return only(call.took ?? 'waiting', state === 'absent' && call.left === null);
    case 'assign':
      return assigned(state, call, call.operation.isMove);
    case 'unassign':
      return given(state, call, 'held');
    case 'remove account':
      if (call.answer.kind === 'done' && state === 'removed') return only(state, isUnchanged(call));
      return given(state, call, 'removed');
    case 'look up account':
      if (call.answer.kind === 'unknown') return [state];
      return only(state, call.answer.proxy === state && isUnchanged(call));
    default:
      return [];
  }
}

function assigned(state: AccountState, { answer, left, took }: AccountCall, isMove: boolean): AccountState[] {
  if (took === null) return only(state, answer.kind === 'unknown' && left === null);
  const isTrue = answer.kind === 'unknown' || (answer.kind === 'done' && answer.proxy === took);
  const mayTake = left === null ? state === 'waiting' || state === 'held' : isMove && state === left && left !== took;
  return only(took, isTrue && mayTake);
}

/** An operation that ends the assignment, if there is one. */
function given(state: AccountState, { answer, left, took }: AccountCall, to: 'held' | 'removed'): AccountState[] {
  if (took !== null) return [];
  const isFrom = left === null ? state === 'waiting' || (state === 'held' && to === 'removed') : state === left;
  const done = only(to, isFrom);
  // The history has only assignments that end, so without one there is nothing to tell whether it was done.
  return answer.kind === 'unknown' && left === null ? [state, ...done] : done;
}

/** Whether a refusal is true of the account. */
function refused(state: AccountState, { code, text }: { code: string; text: string }): AccountState[] {
  switch (code) {
    case 'account_unknown':
      return only(state, !isHere(state));
    case 'has_proxy':
      return only(state, typeof state === 'number' && text.includes(`proxy #${state}.`));
    case 'held':
    case 'account_held':
      return only(state, state === 'held');
    case 'account_waiting':
      return only(state, state === 'waiting');
    case 'no_room':
    case 'rule':
      return only(state, isHere(state));
    default:
      return [state];
  }
}
