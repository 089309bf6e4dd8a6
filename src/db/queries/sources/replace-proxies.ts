import { sql } from 'drizzle-orm';
import type { Actor } from '../../../domain/actor.ts';
import { BOT_AUTHOR } from '../../../domain/vps/vps-map.ts';
import type { Tx } from '../../client.ts';
import { run } from '../../sql/rows.ts';
import { type SyncAuthor, TAKEN } from './taken-rows.ts';

export const REASON = 'replaced by the provider';

/** A pair of a replaced proxy and its successor. */
const PAIRS = sql`(select proxy_id as old, successor_id as new from sync_taken where class = 'replaced') x`;

export async function replaceProxies(tx: Tx, { actor, planId, sourceId }: SyncAuthor): Promise<number> {
  const supplied = sql`
    update proxies p set source_id = ${sourceId}, external_id = coalesce(r.external_id, p.external_id), missing_since = null
    from ${TAKEN(planId)} where p.id = t.successor_id and t.class = 'replaced'`;
  await run(tx, supplied);
  const moved = await moveAccounts(tx, actor, planId);
  const removed = sql`
    update proxies p set removed_at = now(), missing_since = coalesce(p.missing_since, now()) from ${PAIRS} where p.id = x.old`;
  await run(tx, removed);
  return moved;
}

/**
 * Moves all accounts of replaced proxies to the successors, in their slots. A proxy that is gone has no cooldown, so its claim passes on
 * with its accounts, or ends. A trigger writes the history.
 */
async function moveAccounts(tx: Tx, actor: Actor, planId: number): Promise<number> {
  await run(
    tx,
    sql`select set_config('proxy_ops.actor', ${actor.id}, true), set_config('proxy_ops.reason', ${REASON}, true)`,
  );
  const written = sql`
    insert into plan_moves (plan_id, account_id, from_proxy_id, to_proxy_id)
    select ${planId}, s.account_id, x.old, x.new from ${PAIRS} join account_proxy_assignments s on s.proxy_id = x.old`;
  const moved = await run(tx, written);
  const claimed = sql`
    insert into proxy_model_claims (proxy_id, model_id) select x.new, min(s.model_id) from ${PAIRS}
    join account_proxy_assignments s on s.proxy_id = x.old group by x.new order by x.new
    on conflict (proxy_id) do update set model_id = excluded.model_id, since = now(), cooling_until = null, reserved_until = null`;
  await run(tx, claimed);
  const assigned = sql`
    update account_proxy_assignments s set proxy_id = x.new, assigned_at = now(), assigned_by = ${actor.id}, handed_out_at = null,
      reason = ${`${REASON}: follows #`} || x.old
    from ${PAIRS} where s.proxy_id = x.old`;
  await run(tx, assigned);
  await run(tx, sql`delete from proxy_model_claims c using ${PAIRS} where c.proxy_id = x.old`);
  const used = sql`
    insert into proxy_use (proxy_id, last_used_at) select x.new, now() from ${PAIRS}
    where exists (select from account_proxy_assignments s where s.proxy_id = x.new) order by x.new
    on conflict (proxy_id) do update set last_used_at = excluded.last_used_at`;
  await run(tx, used);
  await run(
    tx,
    sql`delete from vps_proxy_mappings l using ${PAIRS} where l.proxy_id = x.old and l.created_by = ${BOT_AUTHOR}`,
  );
  const documented = sql`
    insert into vps_proxy_mappings (vps_id, proxy_id, created_by)
    select distinct a.vps_id, x.new, ${BOT_AUTHOR} from ${PAIRS} join account_proxy_assignments s on s.proxy_id = x.new
    join accounts a on a.id = s.account_id where a.vps_id is not null on conflict do nothing`;
  await run(tx, documented);
  return moved;
}
