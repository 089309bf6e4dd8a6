import { desc, eq, isNotNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { TokenSummary } from '../../../domain/vps/token-view.ts';
import type { Db, Tx } from '../../client.ts';
import { vps } from '../../schema/accounts.ts';
import { apiTokens } from '../../schema/api.ts';
import { v } from '../../sql/aliases.ts';
import { as, list, set, shape, typeOf } from '../../sql/columns.ts';
import { firstRow, type Queryable, rows } from '../../sql/rows.ts';

const t = as(apiTokens, 't');

const LIVE = z.strictObject({ ...shape(apiTokens, 'id', 'vpsId', 'hash'), vps: typeOf(vps.name) });

/** A token that is accepted now. */
export type LiveToken = z.infer<typeof LIVE>;

/** All tokens that are accepted. There are a few for each VPS, so they fit into memory. */
export function readLiveTokens(db: Queryable): Promise<LiveToken[]> {
  const statement = sql`
    select ${list(t, 'id', 'vpsId', 'hash')}, ${v.name} as vps from ${t} join ${v} on ${v.id} = ${t.vpsId} where ${t.revokedAt} is null`;
  return rows(db, LIVE, statement);
}

/** @returns the number of the token */
export async function insertToken(tx: Tx, actor: Actor, vpsId: number, hash: Buffer): Promise<number> {
  const [row] = await tx.insert(apiTokens).values({ vpsId, hash, createdBy: actor.id }).returning({ id: apiTokens.id });
  if (!row) throw new Error('the token was not written');
  return row.id;
}

/** The tokens of a VPS: accepted ones before revoked ones, each the newest first. */
export function listTokens(db: Db | Tx, vpsId: number): Promise<TokenSummary[]> {
  const { id, createdBy, createdAt, lastUsedAt, revokedAt } = apiTokens;
  return db
    .select({ id, createdBy, createdAt, lastUsedAt, revokedAt })
    .from(apiTokens)
    .where(eq(apiTokens.vpsId, vpsId))
    .orderBy(isNotNull(revokedAt), desc(id));
}

const REVOKED = z.strictObject({
  vpsId: typeOf(apiTokens.vpsId),
  vps: typeOf(vps.name),
  /** It was accepted until now. */
  isNew: z.boolean(),
});

/** Revokes a token. Its row is locked first, so that only one of two concurrent calls reports it as new. */
export function revokeToken(tx: Tx, id: number): Promise<z.infer<typeof REVOKED> | undefined> {
  const statement = sql`
    with token as (select ${t.id}, ${t.vpsId}, ${t.revokedAt} from ${t} where ${t.id} = ${id} for update),
    revoked as (
      update ${t} set ${set(apiTokens, { revokedAt: sql`now()` })} from token where ${t.id} = token.id and token.revoked_at is null
    )
    select token.vps_id as "vpsId", ${v.name} as vps, token.revoked_at is null as "isNew" from token join ${v} on ${v.id} = token.vps_id`;
  return firstRow(tx, REVOKED, statement);
}
