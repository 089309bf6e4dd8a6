import type { Pool } from '../../../src/db/client.ts';
import { actorOf, type Performed } from '../operations.ts';
import type { Change, Effect } from './calls.ts';

interface Noted extends Effect {
  /** Epoch milliseconds; when the transaction began. */
  at: number;
}

/** The clock of the database and that of the operations are the same, up to its adjustments while they run. */
const CLOCK_MS = 100;

/**
 * Each change in the history of the bot (R9), with its actor. The failover has one actor for all its runs; its moves are kept with
 * their time.
 */
const BY_ACTOR = `
  select coalesce(e.actor, t.actor) as actor, coalesce(e.account, t.account) as account, e.proxy as left, t.proxy as took
  from (select ended_by as actor, account_id as account, proxy_id as proxy from assignment_history where ended_at is not null) e
  full join (select started_by as actor, account_id as account, proxy_id as proxy from assignment_history) t
    on t.actor = e.actor and t.account = e.account
  where coalesce(e.actor, t.actor) <> 'system'`;
const BY_FAILOVER = `
  select account_id as account, from_proxy_id as left, to_proxy_id as took, extract(epoch from at)::float8 * 1000 as at from alert_moves`;
/** Assignments that the failover is said to have made, and moves that it recorded: the same ones. */
const UNEQUAL = `
  (select account_id, proxy_id from assignment_history where started_by = 'system' except all select account_id, to_proxy_id from alert_moves)
  union all
  (select account_id, to_proxy_id from alert_moves except all select account_id, proxy_id from assignment_history where started_by = 'system')
  union all
  (select account_id, proxy_id from assignment_history where ended_by = 'system' except all select account_id, from_proxy_id from alert_moves)`;

export interface Changes {
  changes: Change[];
  /** Changes in the history that no operation has made, in words. */
  strange: string[];
}

/** Operations with their effects, as the history of the bot names them. */
export async function readChanges(pool: Pool, performed: readonly Performed[]): Promise<Changes> {
  const noted = (await pool.query<Effect & { actor: string }>(BY_ACTOR)).rows;
  const byActor = Map.groupBy(noted, ({ actor }) => actor);
  const changes = performed
    .filter(({ operation }) => operation.kind !== 'failover')
    .map((each) => ({ ...each, effects: byActor.get(actorOf(each.id)) ?? [] }));
  const known = new Set(changes.map(({ id }) => actorOf(id)));
  const strange = [...byActor.keys()].filter((actor) => !known.has(actor)).map((actor) => `by ${actor}`);
  const unequal = (await pool.query<{ account_id: number }>(UNEQUAL)).rows;
  strange.push(...unequal.map(({ account_id }) => `a failover of account ${account_id} that is in one record only`));
  const failovers = await readFailovers(pool, performed);
  return { changes: [...changes, ...failovers.changes], strange: [...strange, ...failovers.strange] };
}

/** Each transaction of the failover, within the time of the runs that can have made it. */
async function readFailovers(pool: Pool, performed: readonly Performed[]): Promise<Changes> {
  const runs = performed.filter(({ operation }) => operation.kind === 'failover');
  const moves = (await pool.query<Noted>(BY_FAILOVER)).rows;
  const changes: Change[] = [];
  const strange: string[] = [];
  for (const [at, effects] of Map.groupBy(moves, (move) => move.at)) {
    const around = runs.filter(({ start, end }) => start - CLOCK_MS <= at && at <= end + CLOCK_MS);
    const [first] = around;
    if (!first) strange.push(`a failover at ${at} while none was running`);
    else {
      const [start, end] = [Math.min(...around.map((run) => run.start)), Math.max(...around.map((run) => run.end))];
      changes.push({ ...first, start, end, answer: { kind: 'unknown' }, effects });
    }
  }
  const told = runs.map(({ answer }) => (answer.kind === 'done' ? (answer.counts?.moved ?? 0) : 0));
  const sum = told.reduce((total, count) => total + count, 0);
  const isSure = runs.every(({ answer }) => answer.kind !== 'unknown');
  if (sum > moves.length || (isSure && sum < moves.length)) {
    strange.push(`failovers answered that they moved ${sum} accounts, and moved ${moves.length}`);
  }
  return { changes, strange };
}
