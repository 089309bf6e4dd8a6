import { sql } from 'drizzle-orm';
import type { AccountEdit } from '../../../domain/accounts/account-edit.ts';
import type { Tx } from '../../client.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';

/** An account as an edit finds it. */
export interface EditedAccount {
  id: number;
  username: string;
  modelId: number;
  model: string;
  vps: string | null;
  label: string | null;
  notes: string | null;
  isHeld: boolean;
  isRemoved: boolean;
  /** Epoch milliseconds. */
  waitingSince: number;
  seat: { proxyId: number; address: string; wasHandedOut: boolean; others: number } | null;
}

/** One account with its seat, and how many others are on its proxy; `lock` holds off everybody else who would change it. */
export async function findEditedAccount(tx: Tx, id: number, lock: boolean): Promise<EditedAccount | undefined> {
  const { rows } = await tx.execute<EditedAccount & Record<string, unknown>>(sql`
    select a.id, a.username, a.model_id as "modelId", m.name as model, v.name as vps, a.label, a.notes,
      a.held_at is not null as "isHeld", a.removed_at is not null as "isRemoved", (extract(epoch from a.waiting_since) * 1000)::float8 as "waitingSince",
      case when s.account_id is not null then json_build_object('proxyId', p.id, 'address', ${proxyAddress('p')}, 'wasHandedOut', s.handed_out_at is not null,
        'others', (select count(*) - 1 from account_proxy_assignments o where o.proxy_id = s.proxy_id)) end as seat
    from accounts a join models m on m.id = a.model_id left join vps v on v.id = a.vps_id
    left join account_proxy_assignments s on s.account_id = a.id left join proxies p on p.id = s.proxy_id
    where a.id = ${id} ${lock ? sql`for update of a` : sql``}`);
  return rows[0];
}

/** @param vpsId undefined leaves it, null clears it */
export async function writeAccountEdit(
  tx: Tx,
  id: number,
  { label, notes }: AccountEdit,
  vpsId: number | null | undefined,
): Promise<void> {
  const sets = [
    ...(label === undefined ? [] : [sql`label = ${label}`]),
    ...(notes === undefined ? [] : [sql`notes = ${notes}`]),
    ...(vpsId === undefined ? [] : [sql`vps_id = ${vpsId}`]),
  ];
  if (sets.length > 0) await tx.execute(sql`update accounts set ${sql.join(sets, sql`, `)} where id = ${id}`);
}

/** Gives an account another model; whoever has just left a proxy waits from now on. */
export async function writeModel(tx: Tx, id: number, modelId: number, hasLeft: boolean): Promise<void> {
  await tx.execute(sql`
    update accounts set model_id = ${modelId}, waiting_since = ${hasLeft ? sql`now()` : sql`waiting_since`} where id = ${id}`);
}
