import type { SimulatedDatabase } from '../database/database.ts';

/** The logs, and which of their rows change no more. */
const LOGS = {
  'audit log': { table: 'audit_log', isClosed: 'true' },
  history: { table: 'assignment_history', isClosed: 'ended_at is not null' },
} as const;
type Log = keyof typeof LOGS;
type Rows = Pick<SimulatedDatabase, 'rows'>;

/** The rows of a log that were closed when this transaction of the server began. */
interface Sealed {
  transaction: string;
  rows: number;
}

/**
 * R9: finds rows of the logs that were rewritten or deleted since the last call. Each row carries the number of the transaction that has
 * written it, so the closed ones of earlier transactions are as many as they were.
 */
export class Records {
  readonly #seen = new Map<Log, Sealed>();

  async findRewritten(database: Rows): Promise<string[]> {
    const found: string[] = [];
    for (const log of Object.keys(LOGS) as Log[]) found.push(...(await this.#check(database, log)));
    return found;
  }

  async #check(database: Rows, log: Log): Promise<string[]> {
    const { table, isClosed } = LOGS[log];
    const { transaction = '0', rows = 0 } = this.#seen.get(log) ?? {};
    const statement = `select pg_snapshot_xmax(pg_current_snapshot())::text as transaction, count(*)::int as rows,
      (count(*) filter (where xmin::text::bigint < $1))::int as kept from ${table} where ${isClosed}`;
    const [now] = await database.rows<Sealed & { kept: number; [column: string]: unknown }>(statement, [transaction]);
    if (!now) return [];
    this.#seen.set(log, now);
    return now.kept === rows ? [] : [`R9: ${rows - now.kept} rows of the ${log} were rewritten or deleted`];
  }
}

/** An operation may serve waiting accounts in several of its transactions, and so leave equal entries. */
const TWICE = `select action, entity, entity_id as "entityId" from audit_log where id > $1 and action <> 'assignment.serve'
  group by actor_id, action, entity, entity_id, before, after, reason, plan_id having count(distinct xmin::text) > 1`;

/** Finds what one operation has done in two transactions, after an entry of the audit log. */
export async function findDoneTwice(database: Rows, sinceAudit: number): Promise<string[]> {
  const found = await database.rows<{ action: string; entity: string; entityId: string }>(TWICE, [sinceAudit]);
  return found.map(({ action, entity, entityId }) => `${action} of ${entity} ${entityId} was done twice`);
}
