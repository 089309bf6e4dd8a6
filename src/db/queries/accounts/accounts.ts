import { and, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ACCOUNT_STATES, type AccountState } from '../../../domain/accounts/account-filter.ts';
import type { AccountRef } from '../../../domain/accounts/account-ref.ts';
import type { AccountDetails, AccountSummary, ListedAccounts, PastUse } from '../../../domain/accounts/account-view.ts';
import { NONE, splitValues } from '../../../domain/filters/values.ts';
import { readAnyNumber } from '../../../domain/input/row-number.ts';
import { nameKey, usernameKey, vpsKey } from '../../../domain/names.ts';
import type { PageRows } from '../../../domain/page.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { assignmentHistory } from '../../schema/assignments.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, m, p, s, v, w } from '../../sql/aliases.ts';
import { array, as, into, list, names, set, shape, typeOf } from '../../sql/columns.ts';
import { prepared } from '../../sql/prepared.ts';
import { firstRow, ids, rows } from '../../sql/rows.ts';
import { ACCOUNT_SEARCHED } from '../../sql/searched.ts';
import { anyOf, anywhere } from '../like.ts';
import { type PageRequest, readListing, type Stretch } from '../stretches.ts';

const STATE = sql`case when ${s.accountId} is not null then 'assigned' when ${a.heldAt} is not null then 'held' else 'waiting' end`;

const SUMMARY = {
  ...shape(accounts, 'id', 'username', 'label'),
  model: typeOf(models.name),
  vps: typeOf(vps.name).nullable(),
  state: z.enum(ACCOUNT_STATES),
  proxy: z.strictObject(shape(proxies, 'id', 'host', 'port')).nullable(),
};

const SELECTED = sql`${list(a, 'id', 'username', 'label')}, ${m.name} as model, ${v.name} as vps, ${STATE} as state,
  case when ${p.id} is null then null else json_build_object('id', ${p.id}, 'host', ${p.host}, 'port', ${p.port}) end as proxy`;

const JOINED = sql`
  ${a} join ${m} on ${m.id} = ${a.modelId}
  left join ${v} on ${v.id} = ${a.vpsId}
  left join ${s} on ${s.accountId} = ${a.id}
  left join ${p} on ${p.id} = ${s.proxyId}`;

/** Finds a model by name and creates it if there is none. */
export async function ensureModel(tx: Tx, name: string): Promise<number> {
  const key = nameKey(name);
  await tx
    .insert(models)
    .values({ name: name.trim(), key })
    .onConflictDoUpdate({
      target: models.key,
      set: { name: name.trim(), removedAt: null },
      setWhere: isNotNull(models.removedAt),
    });
  const [row] = await tx.select({ id: models.id }).from(models).where(eq(models.key, key));
  if (!row) throw new Error('the model was not written');
  return row.id;
}

/** Adds an account, or restores a removed one with its history. @returns undefined if an account has this name already */
export async function insertAccount(
  tx: Tx,
  account: { username: string; modelId: number; vpsId: number | null; label: string | null },
): Promise<number | undefined> {
  const { username, modelId, vpsId, label } = account;
  const { removedAt, id } = accounts;
  const restored = { ...account, removedAt: null, heldAt: null, waitingSince: sql`now()` };
  const statement = sql`
    insert into ${into(accounts, 'username', 'key', 'modelId', 'vpsId', 'label')}
    values (${username}, ${usernameKey(username)}, ${modelId}, ${vpsId}, ${label})
    on conflict (${names(accounts, 'key')}) do update set ${set(accounts, restored)} where ${removedAt} is not null
    returning ${id}`;
  return (await ids(tx, prepared(statement)))[0];
}

export async function removeAccount(tx: Tx, id: number): Promise<boolean> {
  const result = await tx
    .update(accounts)
    .set({ removedAt: sql`now()`, vpsId: null })
    .where(and(eq(accounts.id, id), isNull(accounts.removedAt)));
  return result.rowCount === 1;
}

export async function holdAccount(tx: Tx, id: number): Promise<void> {
  await tx.update(accounts).set({ heldAt: sql`now()` }).where(eq(accounts.id, id));
}

/** The accounts that a name may mean, at most one by number and one by username. */
export async function findAccounts(
  db: Db | Tx,
  { id, key }: AccountRef,
): Promise<{ id: number; username: string; isRemoved: boolean }[]> {
  const found = await db
    .select({ id: accounts.id, username: accounts.username, removedAt: accounts.removedAt })
    .from(accounts)
    .where(
      or(id === undefined ? undefined : eq(accounts.id, id), key === undefined ? undefined : eq(accounts.key, key)),
    );
  return found.map(({ removedAt, ...account }) => ({ ...account, isRemoved: removedAt !== null }));
}

const HISTORY_SHOWN = 5;

const DETAILS = z.strictObject({ ...SUMMARY, ...shape(accounts, 'notes', 'waitingSince', 'removedAt') });

/** One account with its last uses of proxies, removed or not. */
export async function findAccount(db: Db | Tx, id: number): Promise<AccountDetails | undefined> {
  const statement = sql`
    select ${SELECTED}, ${list(a, 'notes', 'waitingSince', 'removedAt')} from ${JOINED} where ${a.id} = ${id}`;
  const account = await firstRow(db, DETAILS, prepared(statement));
  return account && { ...account, history: await lastUses(db, id) };
}

const past = as(assignmentHistory, 'past');
const USE = ['proxyId', 'startedAt', 'startedBy', 'startReason', 'endedAt', 'endReason'] as const;
const PAST_USE = z.strictObject({ ...shape(assignmentHistory, ...USE), ...shape(proxies, 'host', 'port') });

function lastUses(db: Db | Tx, accountId: number): Promise<PastUse[]> {
  const statement = sql`
    select ${list(past, ...USE)}, ${list(p, 'host', 'port')} from ${past} join ${p} on ${p.id} = ${past.proxyId}
    where ${past.accountId} = ${accountId} order by ${past.id} desc limit ${HISTORY_SHOWN}`;
  return rows(db, PAST_USE, prepared(statement));
}

/** The states as conditions for which there is an index each. */
const IN_STATE: Record<AccountState, SQL> = {
  assigned: sql`${s.accountId} is not null`,
  waiting: sql`${w.accountId} is not null`,
  held: sql`${a.heldAt} is not null and ${s.accountId} is null`,
};

const modelNamed = (name: string) =>
  // As a number that is known before the accounts are read, so that an index gives the order too.
  sql`${a.modelId} = (select ${models.id} from ${models} where ${models.key} = ${nameKey(name)})`;
const vpsNamed = (name: string) =>
  name === NONE
    ? sql`${a.vpsId} is null`
    : sql`${a.vpsId} = (select ${vps.id} from ${vps} where ${vps.key} = ${vpsKey(name)})`;

/** A number, or a part of a username or label. */
function searched(text: string, isMasked: boolean): SQL {
  const number = readAnyNumber(text);
  const isSeen = isMasked ? sql`${a.label} ilike ${anywhere(text)}` : sql`true`;
  const found = sql`(${ACCOUNT_SEARCHED} ilike ${anywhere(text)} and ${isSeen})`;
  return number === undefined ? found : sql`(${found} or ${a.id} = ${number})`;
}

/** The condition of a filter, over `LISTABLE`. Removed accounts never match. */
export function accountCondition({ model, vps: vpsName, state, search, isMasked }: ListedAccounts): SQL {
  const all = [
    sql`${a.removedAt} is null`,
    model !== undefined && anyOf(splitValues(model).map(modelNamed)),
    vpsName !== undefined && anyOf(splitValues(vpsName).map(vpsNamed)),
    state !== undefined && IN_STATE[state],
    search !== undefined && searched(search, isMasked ?? false),
  ];
  return sql.join(
    all.filter((each) => each !== false),
    sql` and `,
  );
}

/** An account with its assignment and place in the queue. With one more table, even one that is not read, the planner reads no index alone. */
export const LISTABLE = sql`
  ${a} left join ${s} on ${s.accountId} = ${a.id}
  left join ${w} on ${w.accountId} = ${a.id}`;

const LISTED = z.strictObject(SUMMARY);

const ORDER: readonly Stretch[] = [{ id: a.id, key: { column: a.key, type: 'text' } }];

/** One page in the order of the usernames. */
export async function listAccounts(
  db: Db | Tx,
  filter: ListedAccounts,
  request: PageRequest,
): Promise<PageRows<AccountSummary>> {
  const listing = { from: LISTABLE, id: a.id, where: accountCondition(filter), stretches: ORDER, isOwnOrder: true };
  const { ids, ...position } = await readListing(db, listing, request);
  return { rows: await readSummaries(db, ids), ...position };
}

/** In the order of the numbers. */
async function readSummaries(db: Db | Tx, ids: readonly number[]): Promise<AccountSummary[]> {
  if (ids.length === 0) return [];
  const statement = sql`
    select ${SELECTED} from unnest(${array(ids, 'int')}) with ordinality as t(id, nth) join (${JOINED}) on ${a.id} = t.id order by t.nth`;
  return rows(db, LISTED, prepared(statement));
}
