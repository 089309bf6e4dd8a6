import type { TestDatabase } from '../database/database.ts';

/**
 * Tables that the sweep does not compare: plans, which may be made again, later deliveries, tables of the database itself, and the
 * journal of clicked messages, whose row of work that took more than a second is deleted a moment after the answer.
 */
const UNCOMPARED = new Set([
  ...[
    'plans',
    'plan_moves',
    'import_rows',
    'import_rejections',
    'import_undo',
    'account_import_rows',
    'account_import_undo',
    'list_queries',
  ],
  ...[
    'messages',
    'clicked_messages',
    'idempotency_keys',
    'encryption_keys',
    'encryption_key_wraps',
    'providers',
    'check_hours',
    'sync_rows',
    'source_syncs',
  ],
]);
/** Tables that are not emptied: the keys of the bot that runs, and the settings that it writes at its start. */
const KEPT = new Set(['encryption_keys', 'encryption_key_wraps', 'settings']);

/** Numbers are replaced by names, since an attempt that failed may have used up numbers. */
const NAMES: Readonly<Record<string, string>> = {
  account_id: 'select username from accounts where id = x.account_id',
  proxy_id: 'select host from proxies where id = x.proxy_id',
  from_proxy_id: 'select host from proxies where id = x.from_proxy_id',
  to_proxy_id: 'select host from proxies where id = x.to_proxy_id',
  model_id: 'select name from models where id = x.model_id',
  vps_id: 'select name from vps where id = x.vps_id',
  source_id: 'select name from sources where id = x.source_id',
  plan_id: 'select kind from plans where id = x.plan_id',
};
const LEFT_OUT = new Set([
  'id',
  'alert_id',
  'import_plan_id',
  'entity_id',
  'before',
  'after',
  'version',
  'data',
  'sync_id',
  'message_id',
]);
/** Types of which only counts whether there is a value. */
const PRESENCE = new Set(['timestamptz', 'bytea', 'uuid', 'date']);

/** The rows of the tables, as text per table. */
export type World = Readonly<Record<string, string>>;

interface Column {
  table: string;
  column: string;
  type: string;
  isIdentity: boolean;
}

interface Reference {
  from: string;
  to: string;
}

/** Reads and resets all tables of a database, without a list of them. */
export class Worlds {
  readonly #database: TestDatabase;
  readonly #reading: string;
  readonly #emptying: string;

  private constructor(database: TestDatabase, columns: Column[], references: Reference[]) {
    this.#database = database;
    const tables = Map.groupBy(columns, ({ table }) => table);
    this.#reading = [...tables]
      .filter(([table]) => !UNCOMPARED.has(table))
      .map(([table, of]) => readingOf(table, of))
      .join(' union all ');
    const emptied = inOrder([...tables.keys()], references).filter((table) => !KEPT.has(table));
    const counted = columns.filter(({ table, isIdentity }) => isIdentity && !KEPT.has(table));
    this.#emptying = [
      'begin',
      ...emptied.map((table) => `delete from "${table}"`),
      `delete from settings where key not in ('accounts_per_proxy', 'model_cooldown_days', 'currency')`,
      ...counted.map(({ table, column }) => `select setval(pg_get_serial_sequence('${table}', '${column}'), 1, false)`),
      'commit',
    ].join('; ');
  }

  /** The triggers that keep the history and the audit log as they are do so no longer. */
  static async of(database: TestDatabase): Promise<Worlds> {
    const { pool } = database;
    await pool.query('alter table audit_log disable trigger user; alter table assignment_history disable trigger user');
    const columns =
      await pool.query<Column>(`select c.relname as table, a.attname as column, t.typname as type, a.attidentity <> '' as "isIdentity"
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by c.relname, a.attnum`);
    const references =
      await pool.query<Reference>(`select conrelid::regclass::text as from, confrelid::regclass::text as to
      from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`);
    return new Worlds(database, columns.rows, references.rows);
  }

  async read(): Promise<World> {
    const { rows } = await this.#database.pool.query<{ name: string; content: string }>(this.#reading);
    return Object.fromEntries(rows.map(({ name, content }) => [name, content]));
  }

  /** Empties every table and runs a script that fills them. */
  async reset(script: string): Promise<void> {
    await this.#database.pool.query(this.#emptying);
    await this.#database.pool.query(script);
  }
}

/** Tables before those that they refer to. */
function inOrder(tables: string[], references: Reference[]): string[] {
  const done = new Set<string>();
  const add = (table: string): void => {
    if (done.has(table)) return;
    for (const { from, to } of references) if (to === table) add(from);
    done.add(table);
  };
  tables.forEach(add);
  return [...done];
}

function readingOf(table: string, columns: Column[]): string {
  const shown = columns.filter(({ column }) => !LEFT_OUT.has(column)).map(cellOf);
  return `select '${table}' as name, coalesce((select string_agg(line, e'\\n' order by line) from
    (select concat_ws(' | ', ${shown.join(', ')}) as line from "${table}" x) lines), '') as content`;
}

function cellOf({ column, type }: Column): string {
  const name = NAMES[column];
  if (name) return `'${column}=' || (${name})`;
  if (PRESENCE.has(type)) return `case when "${column}" is not null then '${column}' end`;
  // A reason may name a proxy by its number.
  if (column === 'reason') return `'reason=' || regexp_replace("reason", '#[0-9]+', '#', 'g')`;
  return `'${column}=' || "${column}"::text`;
}
