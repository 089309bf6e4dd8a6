import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { BOT_AUTHOR } from '../../../domain/vps/vps-map.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, vps, vpsProxyMappings } from '../../schema/accounts.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { a, l, s } from '../../sql/aliases.ts';
import { array, as, into, shape, typeOf } from '../../sql/columns.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';

const o = as(accounts, 'o');
/** The slots of the accounts that may still use a link. */
export const q = as(accountProxyAssignments, 'q');

/** Without any VPS nothing is documented, and the accounts are not even read. */
export const HAS_VPS = sql`(select exists (select from ${vps}))`;

/** The link is documented by the bot, and no account but those in `leaving` uses it. */
export const isBotLinkUnused = (leaving: SQL = sql`false`): SQL => sql`
  ${l.createdBy} = ${BOT_AUTHOR} and not exists (
    select from ${q} join ${o} on ${o.id} = ${q.accountId}
    where ${q.proxyId} = ${l.proxyId} and ${o.vpsId} = ${l.vpsId} and not (${leaving}))`;

/** The columns that the bot writes when it documents a link. */
export const BOT_LINK = into(vpsProxyMappings, 'vpsId', 'proxyId', 'createdBy');

/** The bot has made the assignment, for a person, a program or itself. What plain SQL assigns is undocumented use. */
const IS_OURS = sql`(${s.assignedBy} = 'system' or ${s.assignedBy} ~ '^(discord|token):')`;

/**
 * Documents the proxies of accounts whose VPS was changed, and removes what the bot had documented for their former VPS.
 *
 * @param which the accounts, over `a`
 */
export async function documentAccounts(tx: Tx, which: SQL): Promise<void> {
  const used = sql`select ${s.proxyId} from ${s} join ${a} on ${a.id} = ${s.accountId} where ${which}`;
  await run(tx, sql`delete from ${l} where ${l.proxyId} in (${used}) and ${isBotLinkUnused()}`);
  const documented = sql`
    insert into ${BOT_LINK} select distinct ${a.vpsId}, ${s.proxyId}, ${BOT_AUTHOR}
    from ${s} join ${a} on ${a.id} = ${s.accountId} where ${a.vpsId} is not null and ${IS_OURS} and ${which} on conflict do nothing`;
  await run(tx, documented);
}

const VPS_OF = z.strictObject({ ...shape(accounts, 'id'), vpsId: z.int() });

const ANSWER = z.strictObject({ is: z.boolean() });

/** The VPS of accounts that have one. Without any VPS the numbers of the accounts are not even sent. */
export async function readVpsOf(db: Db | Tx, ids: readonly number[]): Promise<Map<number, number>> {
  if (!(await onlyRow(db, ANSWER, sql`select ${HAS_VPS} as is`)).is) return new Map();
  const statement = sql`
    select ${a.id}, ${a.vpsId} as "vpsId" from ${a} where ${a.vpsId} is not null and ${a.id} = any (${array(ids, 'int')})`;
  return new Map((await rows(db, VPS_OF, statement)).map(({ id, vpsId }) => [id, vpsId]));
}

const OWNER = z.strictObject({ proxyId: typeOf(vpsProxyMappings.proxyId), vpsId: z.int() });

/** The VPS of proxies that are documented for exactly one. */
export async function readOwners(db: Db | Tx, proxyIds: readonly number[]): Promise<Map<number, number>> {
  const statement = sql`
    select ${l.proxyId} as "proxyId", min(${l.vpsId}) as "vpsId" from ${l} where ${l.proxyId} = any (${array(proxyIds, 'int')})
    group by 1 having count(*) = 1`;
  return new Map((await rows(db, OWNER, statement)).map(({ proxyId, vpsId }) => [proxyId, vpsId]));
}
