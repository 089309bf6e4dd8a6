import { desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { TokenSummary } from '../../../domain/vps/token-view.ts';
import type { Db, Tx } from '../../client.ts';
import { vps } from '../../schema/accounts.ts';
import { apiTokens } from '../../schema/api.ts';
import { v } from '../../sql/aliases.ts';
import { as, set, typeOf } from '../../sql/columns.ts';
import { firstRow } from '../../sql/rows.ts';

const t = as(apiTokens, 't');

/** A token that is accepted now. */
export interface LiveToken {
  id: number;
  vpsId: number;
  vps: string;
  hash: Buffer;
}

/** All tokens that are accepted. There are a few for each VPS, so they fit into memory. */
export function readLiveTokens(db: Db): Promise<LiveToken[]> {
  return db
    .select({ id: apiTokens.id, vpsId: apiTokens.vpsId, vps: vps.name, hash: apiTokens.hash })
    .from(apiTokens)
    .innerJoin(vps, eq(vps.id, apiTokens.vpsId))
    .where(isNull(apiTokens.revokedAt));
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
