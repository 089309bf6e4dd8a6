import type pg from 'pg';

/** Reads the sequence without a query of its own, since statements ask for the time of each row. */
const READ_CLOCK = `language plpgsql stable as $$ begin
  return pg_catalog.to_timestamp(pg_catalog.pg_sequence_last_value('public.simulated_clock'::pg_catalog.regclass) / 1000.0);
end $$`;

/**
 * Functions that come before PostgreSQL's own on the search path, so that each statement, default and trigger reads the simulated time.
 * A sequence holds it, since its value is seen at once by every transaction. Random order is that of the seed.
 */
const FUNCTIONS = `
  create sequence simulated_clock minvalue 0;
  create sequence simulated_draw minvalue 0;
  create function public.now() returns timestamptz ${READ_CLOCK};
  create function public.clock_timestamp() returns timestamptz ${READ_CLOCK};
  create function public.statement_timestamp() returns timestamptz ${READ_CLOCK};
  create function public.random() returns double precision language sql volatile
    as $$ select pg_catalog.abs(pg_catalog.hashtextextended(pg_catalog.nextval('public.simulated_draw')::text, 0) % 1000003) / 1000003.0 $$;`;

/** Functions with a search path of their own look for PostgreSQL's functions first, unless it says otherwise. */
const ALSO_IN_FUNCTIONS = `
  do $$ declare f record; begin
    for f in select oid::regprocedure as name from pg_proc where pronamespace = 'public'::regnamespace and proconfig::text like '%search_path=public, pg_temp%'
    loop execute format('alter function %s set search_path = public, pg_catalog, pg_temp', f.name); end loop;
  end $$`;

/** A run is the same each time only if no table is vacuumed or analyzed in the background. */
const NO_BACKGROUND_WORK = `
  do $$ declare t record; begin
    for t in select oid::regclass as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    loop execute format('alter table %s set (autovacuum_enabled = false)', t.name); end loop;
  end $$`;

/** Before the migrations: the defaults of their tables keep the function that is found then. */
export async function installClock(owner: pg.Client, database: string, at: number): Promise<void> {
  await owner.query(`alter database ${database} set search_path = public, pg_catalog`);
  await owner.query('set search_path = public, pg_catalog');
  await owner.query(FUNCTIONS);
  await setClock(owner, at);
}

/** After the migrations. */
export async function settleClock(owner: pg.Client): Promise<void> {
  await owner.query(ALSO_IN_FUNCTIONS);
  await owner.query(NO_BACKGROUND_WORK);
}

/** @param at epoch milliseconds */
export async function setClock(session: pg.Client | pg.Pool, at: number): Promise<void> {
  await session.query(`select setval('public.simulated_clock', $1)`, [at]);
}
