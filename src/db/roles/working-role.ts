import { OperatorError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { openSession, type Session, serverOf } from '../client.ts';
import { withSchemaLock } from '../migrate.ts';

const APPLICATION = 'proxy-ops roles';

/**
 * Statements that add and remove rights until the working role has exactly its own; the rights are read from the catalog, so tables of later migrations
 * get theirs as well. MAINTAIN is for ANALYZE, without which statements over imported rows have bad plans. Rows whose deletion a trigger refuses (`tgtype`, bit 3) can be read and added, and the migrations are only
 * read. Objects of other owners are not ours to grant.
 */
const DIFFERENCES = `
  with wanted as (
    select case when c.relkind = 'S' then 'sequence' else 'table' end as kind, c.oid::regclass::text as name, c.relacl as acl,
      case
        when c.relkind = 'S' then '{SELECT,USAGE}'
        when n.nspname = 'drizzle' then '{SELECT}'
        when exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = to_regproc('public.refuse_rewrite') and t.tgtype & 8 <> 0) then '{INSERT,SELECT}'
        else '{DELETE,INSERT,MAINTAIN,SELECT,UPDATE}'
      end::text[] as rights
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'S') and n.nspname in ('public', 'drizzle', 'pgboss') and c.relowner = current_user::regrole
    union all
    select 'function', p.oid::regprocedure::text, p.proacl, '{EXECUTE}' from pg_proc p
    where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.proowner = current_user::regrole
    union all
    select 'schema', quote_ident(n.nspname), n.nspacl, '{USAGE}' from pg_namespace n
    where n.nspname in ('drizzle', 'pgboss') and n.nspowner = current_user::regrole
  )
  select format('revoke all on %s %s from %I; grant %s on %s %s to %I', kind, name, $1::text, array_to_string(rights, ', '), kind, name, $1::text) as statement
  from wanted
  where rights <> array(
    select a.privilege_type from aclexplode(acl) a where a.grantee = to_regrole(quote_ident($1)) order by 1)
  order by name`;

/**
 * Gives a role the rights to work on the data of the program, and no others: it owns nothing, and cannot rewrite the history or the
 * audit log. Does nothing if it has them.
 *
 * @param ownerUrl connects as the role that owns the tables
 * @param workingUrl connects as the role that gets the rights
 */
export async function grantWork({
  ownerUrl,
  workingUrl,
  log,
}: {
  ownerUrl: string;
  workingUrl: string;
  log: Logger;
}): Promise<void> {
  const role = serverOf(workingUrl).address.user;
  await withSchemaLock(ownerUrl, APPLICATION, async (owner) => {
    await assertHasMaintain(owner);
    const { rows } = await owner.query<{ statement: string }>(DIFFERENCES, [role]);
    if (rows.length === 0) return;
    await owner.query(['begin', ...rows.map(({ statement }) => statement), 'commit'].join('; '));
    log.info({ role, objects: rows.length }, 'the rights of the working role were set');
  });
}

/** @throws OperatorError if the server does not know the right to analyze a table of another role */
async function assertHasMaintain(owner: Session): Promise<void> {
  const { rows } = await owner.query(`select current_setting('server_version_num')::int >= 170000 as "isEnough"`);
  if (rows[0].isEnough) return;
  throw new OperatorError('DATABASE_OWNER_URL requires PostgreSQL 17 or later. Remove it, or upgrade the server.');
}

const RESTRICTED = `select current_user as role, not has_table_privilege('audit_log', 'update') as "isRestricted"`;

/** Logs a warning if the role that works on the data could also rewrite the audit log, as on a server with one role. */
export async function warnOfRights(workingUrl: string, log: Logger): Promise<void> {
  const session = await openSession({ connectionString: workingUrl, application_name: APPLICATION });
  try {
    const { role, isRestricted } = await readRights(session);
    if (isRestricted) return;
    log.warn(
      { role },
      'the database role that the bot works as owns its tables, so nothing but triggers protects the history and the audit log; set DATABASE_OWNER_URL to separate the two (docs/operations.md)',
    );
  } finally {
    await session.end();
  }
}

async function readRights(session: Session): Promise<{ role: string; isRestricted: boolean }> {
  const { rows } = await session.query(RESTRICTED);
  return rows[0];
}
