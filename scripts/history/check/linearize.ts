/** The time between the call of an operation and its answer. */
export interface Interval {
  /** Any unit, the same for all. */
  start: number;
  end: number;
}

/** The sequential behaviour of one object. States are plain data. */
export interface Model<State, Call> {
  initial: State;
  /** The states in which the call can leave the object; none if the object cannot answer so in this state. */
  step(state: State, call: Call): readonly State[];
}

/** The first answer that no order of the calls explains. */
export interface Violation<State, Call> {
  call: Call;
  /** The states that the object may have had right before this answer. */
  states: State[];
  /** The calls that were in progress at the same time. */
  meanwhile: Call[];
}

/** One way in which everything so far can have happened. */
interface Possibility<State, Call> {
  state: State;
  /** Calls in progress that have taken effect. */
  done: ReadonlySet<Call>;
}

interface Event<Call> {
  at: number;
  isEnd: boolean;
  call: Call;
}

/**
 * Whether a history of one object is linearizable (Herlihy and Wing 1990): each call takes effect at one moment between its start and
 * its end. This is the search of Wing and Gong with the memory of Lowe: the answers are taken in the order of their times, and all
 * possibilities that explain those so far are kept, each once. A call takes effect no earlier than an answer needs it to.
 *
 * @returns undefined if it is
 */
export function findViolation<State, Call extends Interval>(
  calls: readonly Call[],
  model: Model<State, Call>,
): Violation<State, Call> | undefined {
  const number = new Map(calls.map((call, index) => [call, index]));
  const keyOf = ({ state, done }: Possibility<State, Call>) =>
    JSON.stringify([state, [...done].map((call) => number.get(call)).sort()]);
  const open = new Set<Call>();
  let possible: Possibility<State, Call>[] = [{ state: model.initial, done: new Set() }];
  for (const { isEnd, call } of inOrder(calls)) {
    if (!isEnd) {
      open.add(call);
      continue;
    }
    const explained = explain({ possible, call, open, model, keyOf });
    if (explained.length === 0) {
      const states = new Map(possible.map(({ state }) => [JSON.stringify(state), state]));
      return { call, states: [...states.values()], meanwhile: [...open].filter((each) => each !== call) };
    }
    open.delete(call);
    possible = explained;
  }
  return undefined;
}

/** A call that starts at the moment at which another one ends is concurrent with it. */
function inOrder<Call extends Interval>(calls: readonly Call[]): Event<Call>[] {
  const events = calls.flatMap((call) => [
    { at: call.start, isEnd: false, call },
    { at: call.end, isEnd: true, call },
  ]);
  return events.sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd));
}

interface Question<State, Call> {
  possible: readonly Possibility<State, Call>[];
  call: Call;
  open: ReadonlySet<Call>;
  model: Model<State, Call>;
  keyOf(possibility: Possibility<State, Call>): string;
}

/** The possibilities in which the call has taken effect, after any others that are in progress. */
function explain<State, Call>({ possible, call, open, model, keyOf }: Question<State, Call>) {
  const explained = new Map<string, Possibility<State, Call>>();
  const seen = new Set(possible.map(keyOf));
  const left = [...possible];
  const look = (next: Possibility<State, Call>) => {
    const key = keyOf(next);
    if (seen.has(key)) return;
    seen.add(key);
    left.push(next);
  };
  for (let each = left.pop(); each; each = left.pop()) {
    const { state, done } = each;
    if (done.has(call)) {
      const next = { state, done: without(done, call) };
      explained.set(keyOf(next), next);
      continue;
    }
    for (const other of open) {
      if (done.has(other)) continue;
      for (const after of model.step(state, other)) look({ state: after, done: new Set([...done, other]) });
    }
  }
  return [...explained.values()];
}

function without<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const left = new Set(set);
  left.delete(item);
  return left;
}
