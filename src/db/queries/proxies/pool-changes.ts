import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { KindName } from '../../../domain/parse/fields/kinds.ts';
import type { Move } from '../../../domain/plan/moves/moves.ts';
import { detail, EDITABLE_KEYS } from '../../../domain/proxies/fields.ts';
import type { FormerFields, MovedAccount, ProxyEdit } from '../../../domain/proxies/pool-change.ts';
import type { ProxyStatus } from '../../../domain/proxies/proxy.ts';
import { sumOf } from '../../../domain/sum.ts';
import type { Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { array, as, typeOf, unnest } from '../../sql/columns.ts';
import { type Queryable, rows, run } from '../../sql/rows.ts';
import { CHANGING } from './change-targets.ts';
import { proxyAddress } from './proxy-address.ts';
import { editAssignments, editSnapshot } from './proxy-edits.ts';

/** Who changes proxies, by which plan. */
export interface Author {
  actor: Actor;
  planId: number;
}

/** One audit entry a proxy that changes, written before the change so that it has what was there. */
async function auditTargets(
  tx: Tx,
  { actor, planId }: Author,
  entry: { action: AuditAction; before: SQL; after: SQL; reason: string | null },
): Promise<void> {
  const statement = sql`
    insert into audit_log (actor_id, actor_name, action, entity, entity_id, before, after, reason, plan_id)
    select ${actor.id}, ${actor.name}, ${entry.action}, 'proxy', p.id::text, ${entry.before}, ${entry.after}, ${entry.reason}::text, ${planId}::bigint
    from proxies p join ${CHANGING}`;
  await run(tx, statement);
}

const STATUS_BEFORE = sql.raw(`jsonb_build_object('status', p.status)`);

export async function writeStatus(tx: Tx, author: Author, status: ProxyStatus, reason: string | null): Promise<void> {
  const action = status === 'active' ? 'proxy.activate' : 'proxy.deactivate';
  const after = sql`jsonb_build_object('status', ${status}::text)`;
  await auditTargets(tx, author, { action, before: STATUS_BEFORE, after, reason });
  const statement = sql`
    update proxies set status = ${status}, status_reason = ${reason}, status_by = ${author.actor.id}, status_at = now()
    from ${sql.raw('change_targets t')} where t.proxy_id = proxies.id and t.changes`;
  await run(tx, statement);
}

/** The row stays, with its number, its status, its claim and its history. */
export async function writeRemoval(tx: Tx, author: Author, reason: string | null): Promise<void> {
  const after = sql`jsonb_build_object('removed', true)`;
  await auditTargets(tx, author, { action: 'proxy.remove', before: STATUS_BEFORE, after, reason });
  const statement = sql`
    update proxies set removed_at = now() from ${sql.raw('change_targets t')} where t.proxy_id = proxies.id and t.changes`;
  await run(tx, statement);
}

/** A cooldown is a claim without accounts; without the claim the proxy is free. */
export async function writeRelease(tx: Tx, author: Author): Promise<void> {
  const before = sql`(select jsonb_build_object('model', m.name, 'cooling_until', c.cooling_until)
    from proxy_model_claims c join models m on m.id = c.model_id where c.proxy_id = p.id)`;
  await auditTargets(tx, author, { action: 'proxy.release', before, after: sql`null::jsonb`, reason: null });
  const statement = sql`
    delete from proxy_model_claims c using ${sql.raw('change_targets t')} where t.proxy_id = c.proxy_id and t.changes`;
  await run(tx, statement);
}

export async function writeEdit(tx: Tx, author: Author, edit: ProxyEdit): Promise<void> {
  const before = editSnapshot(edit, 'before');
  const after = editSnapshot(edit, 'after');
  await auditTargets(tx, author, { action: 'proxy.edit', before, after, reason: null });
  const statement = sql`
    update proxies p set ${editAssignments(edit)} from ${sql.raw('change_targets t')} where t.proxy_id = p.id and t.changes`;
  await run(tx, statement);
}

const VALUE = z.strictObject({ value: z.string().nullable(), count: z.int(), all: z.int() });
const VALUES_SHOWN = 3;

/** A value as an edit shows it; null if there is none. */
const VALUE_TEXT: Record<KindName, (column: string) => string> = {
  text: (column) => column,
  list: (column) => `nullif(array_to_string(${column}, ' '), '')`,
  moment: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI')`,
  amount: (column) => `${column}::text`,
};

/** The most frequent values of the fields that an edit sets, among the proxies that change. */
export async function formerValuesOf(tx: Tx, edit: ProxyEdit): Promise<FormerFields> {
  const former: FormerFields = {};
  for (const key of EDITABLE_KEYS.filter((each) => edit[each] !== undefined)) {
    const { column, kind } = detail(key);
    const statement = sql`
      select ${sql.raw(VALUE_TEXT[kind.name](`p.${column}`))} as value, count(*)::int as count, (sum(count(*)) over ())::int as all
      from proxies p join ${CHANGING} group by 1 order by 2 desc, 1 limit ${VALUES_SHOWN}`;
    const found = await rows(tx, VALUE, statement);
    const values = found.map(({ value, count }) => ({ value, count }));
    former[key] = { values, others: (found[0]?.all ?? 0) - sumOf(values, ({ count }) => count) };
  }
  return former;
}

/** Writes down where each account went; those that no proxy took wait from now on. */
export async function writeMoves(
  tx: Tx,
  planId: number,
  moves: readonly Move[],
  stranded: readonly { id: number; proxyId: number }[],
): Promise<void> {
  const all = [
    ...moves.map((move) => ({ id: move.accountId, from: move.fromProxyId, to: move.proxyId })),
    ...stranded.map((account) => ({ id: account.id, from: account.proxyId, to: null })),
  ];
  const moved = unnest(all, 't', {
    account_id: ['int', ({ id }) => id],
    from_proxy_id: ['int', ({ from }) => from],
    to_proxy_id: ['int', ({ to }) => to],
  });
  const written = sql`insert into plan_moves (plan_id, account_id, from_proxy_id, to_proxy_id) select ${planId}, * from ${moved}`;
  await run(tx, written);
  if (stranded.length === 0) return;
  const ids = stranded.map(({ id }) => id);
  await run(tx, sql`update accounts set waiting_since = now() where id = any (${array(ids, 'int')})`);
}

const f = as(proxies, 'f');
const g = as(proxies, 'g');

const MOVED = z.strictObject({
  username: typeOf(accounts.username),
  model: typeOf(models.name),
  fromId: typeOf(proxies.id),
  fromAddress: z.string(),
  toId: typeOf(proxies.id).nullable(),
  toAddress: z.string().nullable(),
});

/** Where an applied plan put each account, by model and name. */
export async function readMoves(db: Queryable, planId: number): Promise<MovedAccount[]> {
  const statement = sql`
    select a.username, m.name as model, f.id as "fromId", ${proxyAddress(f)} as "fromAddress",
      g.id as "toId", ${proxyAddress(g)} as "toAddress"
    from plan_moves w join accounts a on a.id = w.account_id join models m on m.id = a.model_id
    join ${f} on f.id = w.from_proxy_id left join ${g} on g.id = w.to_proxy_id
    where w.plan_id = ${planId} order by m.key, a.key`;
  return (await rows(db, MOVED, statement)).map(({ username, model, fromId, fromAddress, toId, toAddress }) => ({
    username,
    model,
    from: { id: fromId, address: fromAddress },
    to: toId === null ? null : { id: toId, address: toAddress ?? '' },
  }));
}
