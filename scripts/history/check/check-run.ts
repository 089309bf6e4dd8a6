import type { Pool } from '../../../src/db/client.ts';
import type { Performed } from '../operations.ts';
import { accountModel } from './account-model.ts';
import { callsOfAccounts, callsOfProxies } from './calls.ts';
import { readChanges } from './effects.ts';
import { findViolation, type Interval, type Model, type Violation } from './linearize.ts';
import { proxyModel } from './proxy-model.ts';
import { isTold } from './told.ts';

export interface Verdict {
  accounts: number;
  proxies: number;
  /** Parts of operations that were compared with the models. */
  calls: number;
  /** Answers, changes and reads that the models do not explain, in words. */
  violations: string[];
}

/** Compares the operations of a run with the models of each account and of each proxy. */
export async function checkRun(pool: Pool, performed: readonly Performed[]): Promise<Verdict> {
  const { changes, strange } = await readChanges(pool, performed);
  const names = await pool.query<{ name: string; id: number; model: string | null }>(
    `select a.username as name, a.id, m.name as model from accounts a join models m on m.id = a.model_id union all select host, id, null from proxies`,
  );
  const numbers = new Map(names.rows.map(({ name, id }) => [name, id]));
  const models = new Map(names.rows.flatMap(({ id, model }) => (model === null ? [] : [[id, model] as const])));
  const accounts = callsOfAccounts(changes, (name) => numbers.get(name));
  const proxies = callsOfProxies(changes, (name) => numbers.get(name));
  const failed = performed.flatMap(({ answer, ...each }) =>
    answer.kind === 'unknown' && answer.failure ? [`an unexpected error: ${tell(each)} ${answer.failure}`] : [],
  );
  const untold = changes.filter((change) => !isTold(change)).map((change) => `an answer is not true: ${tell(change)}`);
  const ofProxies = proxyModel((account) => models.get(account));
  return {
    accounts: accounts.size,
    proxies: proxies.size,
    calls: [...accounts.values(), ...proxies.values()].reduce((total, calls) => total + calls.length, 0),
    violations: [
      ...strange,
      ...failed,
      ...untold,
      ...violationsOf('account', accounts, accountModel),
      ...violationsOf('proxy', proxies, ofProxies),
    ],
  };
}

function violationsOf<State, Call extends Interval>(
  what: string,
  calls: ReadonlyMap<number, readonly Call[]>,
  model: Model<State, Call>,
): string[] {
  return [...calls].flatMap(([key, of]) => {
    const found = findViolation(of, model);
    return found ? [`${what} ${key}: ${tellViolation(found)}`] : [];
  });
}

const tell = (what: unknown): string => JSON.stringify(what);

function tellViolation<State, Call>({ call, states, meanwhile }: Violation<State, Call>): string {
  return `no order explains ${tell(call)}, from ${tell(states)}; in progress: ${tell(meanwhile)}`;
}
