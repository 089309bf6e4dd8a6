import type { ProxyCall } from './calls.ts';
import type { Model } from './linearize.ts';

/** R1, said here again, so that the model does not follow a mistake of the product. */
const MOST_ACCOUNTS = 3;

export interface ProxyState {
  life: 'absent' | 'here' | 'removed';
  isFailing: boolean;
  /** In the order of their numbers. */
  accounts: readonly number[];
}

/** The effects of operations on one proxy, and their answers. */
export function proxyModel(modelOf: (account: number) => string | undefined): Model<ProxyState, ProxyCall> {
  const isOfOneModel = (accounts: readonly number[]) => new Set(accounts.map(modelOf)).size <= 1;
  return {
    initial: { life: 'absent', isFailing: false, accounts: [] },
    step(state, call) {
      const accounts = after(state, call);
      // R1, R2 and R7.
      if (!accounts || accounts.length > MOST_ACCOUNTS || !isOfOneModel(accounts)) return [];
      if (call.took.length > 0 && (state.life !== 'here' || state.isFailing)) return [];
      const moved = { ...state, accounts };
      return call.isNamed ? named(state, moved, call) : [moved];
    },
  };
}

/** The accounts of the proxy after a call; undefined if one leaves that is not there, or comes that is. */
function after({ accounts }: ProxyState, { left, took }: ProxyCall): number[] | undefined {
  const staying = accounts.filter((account) => !left.includes(account));
  if (staying.length !== accounts.length - left.length) return undefined;
  if (took.some((account) => staying.includes(account))) return undefined;
  return [...staying, ...took].sort((a, b) => a - b);
}

const only = (state: ProxyState, isPossible: boolean): ProxyState[] => (isPossible ? [state] : []);

function named(state: ProxyState, moved: ProxyState, { operation, answer, left, took }: ProxyCall): ProxyState[] {
  if (answer.kind === 'refused') return left.length + took.length === 0 ? refused(state, answer) : [];
  const isUnknown = answer.kind === 'unknown';
  switch (operation.kind) {
    case 'import':
      // A proxy without an answer that exists was imported.
      return only({ ...moved, life: 'here' }, state.life === 'absent');
    case 'remove proxy': {
      const done = only({ ...moved, life: 'removed' }, state.life === 'here' && moved.accounts.length === 0);
      return isUnknown && left.length === 0 ? [state, ...done] : done;
    }
    case 'fail proxy': {
      const failing = { ...state, isFailing: true };
      return isUnknown ? [state, failing] : [failing];
    }
    case 'look at proxy': {
      if (answer.kind !== 'done' || !answer.seen) return only(state, isUnknown);
      const { isRemoved, accounts } = answer.seen;
      const isSame = accounts.join() === state.accounts.join() && isRemoved === (state.life === 'removed');
      return only(state, isSame && state.life !== 'absent');
    }
    default:
      return [moved];
  }
}

/** Whether a refusal is true of the proxy. */
function refused(state: ProxyState, { code, text }: { code: string; text: string }): ProxyState[] {
  if (code === 'proxy_unknown') return only(state, state.life !== 'here');
  if (code !== 'rule') return [state];
  if (text.includes('is full')) return only(state, state.accounts.length === MOST_ACCOUNTS);
  return only(state, !text.includes('it is failing') || state.isFailing);
}
