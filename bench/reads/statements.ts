import pg from 'pg';

/** A statement that was run, and how long its caller waited for it. */
export interface Statement {
  text: string;
  values: unknown[];
  ms: number;
}

/** Notes every statement of this process from now on; a pool and a transaction alike call this method. */
export function noteStatements(): Statement[] {
  const noted: Statement[] = [];
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function measured(this: pg.Client, ...args: unknown[]) {
    const started = performance.now();
    const [config, values] = args as [string | pg.QueryConfig, unknown[] | undefined];
    const text = typeof config === 'string' ? config : config.text;
    const note = () => void noted.push({ text, values: values ?? [], ms: performance.now() - started });
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const noting = (...results: unknown[]) => {
        note();
        callback(...results);
      };
      return Reflect.apply(query, this, [...args.slice(0, -1), noting]);
    }
    const answer = Reflect.apply(query, this, args);
    return answer instanceof Promise ? answer.finally(note) : answer;
  } as typeof pg.Client.prototype.query;
  return noted;
}

/** The plan of a statement, and what each of its steps took. */
export async function explain(client: pg.Client, { text, values }: Statement): Promise<string> {
  const statement = `explain (analyze, buffers, costs off) ${text}`;
  const { rows } = await client.query<{ 'QUERY PLAN': string }>({ text: statement, values });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
