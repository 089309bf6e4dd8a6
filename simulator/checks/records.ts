import type { SimulatedDatabase } from '../database/database.ts';

/** The rows of a log that no longer change: how many there are, and a digest of them. */
interface Sealed {
  rows: number;
  digest: string;
}

const LOGS = {
  'audit log': { table: 'audit_log', isClosed: 'true' },
  history: { table: 'assignment_history', isClosed: 'ended_at is not null' },
} as const;
type Log = keyof typeof LOGS;

/** R9: remembers what the logs said, and finds what was rewritten or deleted since. */
export class Records {
  readonly #seen = new Map<Log, { sealed: Sealed; ids: readonly number[] }>();

  async findRewritten(database: SimulatedDatabase): Promise<string[]> {
    const found: string[] = [];
    for (const log of Object.keys(LOGS) as Log[]) found.push(...(await this.#check(database, log)));
    return found;
  }

  async #check(database: SimulatedDatabase, log: Log): Promise<string[]> {
    const { table, isClosed } = LOGS[log];
    const seen = this.#seen.get(log);
    const problems: string[] = [];
    if (seen) {
      const again = await seal(database, table, seen.ids);
      if (again.rows !== seen.sealed.rows)
        problems.push(`R9: ${seen.sealed.rows - again.rows} rows of the ${log} are gone`);
      else if (again.digest !== seen.sealed.digest) problems.push(`R9: rows of the ${log} were rewritten`);
    }
    const closed = await database.rows<{ id: number }>(`select id::int from ${table} where ${isClosed} order by id`);
    const ids = closed.map(({ id }) => id);
    this.#seen.set(log, { ids, sealed: await seal(database, table, ids) });
    return problems;
  }
}

async function seal(database: SimulatedDatabase, table: string, ids: readonly number[]): Promise<Sealed> {
  const statement = `select count(*)::int as rows, coalesce(md5(string_agg(t::text, '|' order by id)), '') as digest
    from ${table} t where id = any ($1::bigint[])`;
  const [sealed] = await database.rows<Sealed & { [column: string]: unknown }>(statement, [ids]);
  return sealed ?? { rows: 0, digest: '' };
}
