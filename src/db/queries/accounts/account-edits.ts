import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AccountEdit } from '../../../domain/accounts/account-edit.ts';
import type { Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { a, m, p, s, v } from '../../sql/aliases.ts';
import { as, epochMs, list, shape, typeOf } from '../../sql/columns.ts';
import { firstRow } from '../../sql/rows.ts';
import { STARTS_COOLDOWN } from '../assignments/cooldown.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';
import { documentAccounts } from '../vps/bot-links.ts';

const others = as(accountProxyAssignments, 'o');

const EDITED = z.strictObject({
  ...shape(accounts, 'id', 'username', 'modelId', 'label', 'notes'),
  model: typeOf(models.name),
  vps: typeOf(vps.name).nullable(),
  isHeld: z.boolean(),
  isRemoved: z.boolean(),
  /** Epoch milliseconds. */
  waitingSince: z.number(),
  /** Its assignment, with the number of other accounts on the same proxy. */
  assignment: z
    .strictObject({ proxyId: z.int(), address: z.string(), startsCooldown: z.boolean(), others: z.int() })
    .nullable(),
});

/** An account before an edit. */
export type EditedAccount = z.infer<typeof EDITED>;

/** Finds one account with its assignment. `lock` locks its row, so that concurrent edits of it wait for this transaction. */
export async function findEditedAccount(tx: Tx, id: number, lock: boolean): Promise<EditedAccount | undefined> {
  const statement = sql`
    select ${list(a, 'id', 'username', 'modelId', 'label', 'notes')}, ${m.name} as model, ${v.name} as vps,
      ${a.heldAt} is not null as "isHeld", ${a.removedAt} is not null as "isRemoved", ${epochMs(a.waitingSince)} as "waitingSince",
      case when ${s.accountId} is not null then json_build_object('proxyId', ${p.id}, 'address', ${proxyAddress(p)},
        'startsCooldown', ${STARTS_COOLDOWN},
        'others', (select count(*) - 1 from ${others} where ${others.proxyId} = ${s.proxyId})) end as assignment
    from ${a} join ${m} on ${m.id} = ${a.modelId} left join ${v} on ${v.id} = ${a.vpsId}
    left join ${s} on ${s.accountId} = ${a.id} left join ${p} on ${p.id} = ${s.proxyId}
    where ${a.id} = ${id} ${lock ? sql`for update of a` : sql``}`;
  return firstRow(tx, EDITED, statement);
}

/** @param vpsId undefined keeps the current VPS, null clears it */
export async function writeAccountEdit(
  tx: Tx,
  id: number,
  { label, notes }: AccountEdit,
  vpsId: number | null | undefined,
): Promise<void> {
  const changes = { label, notes, vpsId };
  if (Object.values(changes).every((value) => value === undefined)) return;
  await tx.update(accounts).set(changes).where(eq(accounts.id, id));
  if (vpsId !== undefined) await documentAccounts(tx, sql`${a.id} = ${id}`);
}

/** Gives an account another model. An account that has just left a proxy waits from now on. */
export async function writeModel(tx: Tx, id: number, modelId: number, hasLeft: boolean): Promise<void> {
  await tx
    .update(accounts)
    .set({ modelId, ...(hasLeft && { waitingSince: sql`now()` }) })
    .where(eq(accounts.id, id));
}
