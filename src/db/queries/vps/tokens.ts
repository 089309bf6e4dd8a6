import { sql } from 'drizzle-orm';
import type { Actor } from '../../../domain/actor.ts';
import type { TokenSummary } from '../../../domain/vps/token-view.ts';
import type { Db, Tx } from '../../client.ts';

/** A token that is accepted now. */
export interface LiveToken {
  id: number;
  vpsId: number;
  vps: string;
  hash: Buffer;
}

/** All tokens that are accepted: some for each VPS, so they fit into memory. */
export async function readLiveTokens(db: Db): Promise<LiveToken[]> {
  const { rows } = await db.execute<LiveToken & Record<string, unknown>>(sql`
    select t.id, t.vps_id as "vpsId", v.name as vps, t.hash from api_tokens t join vps v on v.id = t.vps_id where t.revoked_at is null`);
  return rows;
}

/** @returns the number of the token */
export async function insertToken(tx: Tx, actor: Actor, vpsId: number, hash: Buffer): Promise<number> {
  const { rows } = await tx.execute<{ id: number }>(sql`
    insert into api_tokens (vps_id, hash, created_by) values (${vpsId}, ${hash}, ${actor.id}) returning id`);
  const [row] = rows;
  if (!row) throw new Error('the token was not written');
  return row.id;
}

/** The newest first; those that are accepted before those that were revoked. */
export async function listTokens(db: Db | Tx, vpsId: number): Promise<TokenSummary[]> {
  const { rows } = await db.execute<
    Omit<TokenSummary, 'createdAt' | 'lastUsedAt' | 'revokedAt'> & {
      createdAt: string;
      lastUsedAt: string | null;
      revokedAt: string | null;
    }
  >(sql`
    select id, created_by as "createdBy", created_at as "createdAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
    from api_tokens where vps_id = ${vpsId} order by revoked_at is not null, id desc`);
  const toDate = (text: string | null) => (text === null ? null : new Date(text));
  return rows.map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    lastUsedAt: toDate(row.lastUsedAt),
    revokedAt: toDate(row.revokedAt),
  }));
}

/** @returns the VPS of the token, and whether it was accepted until now; undefined where there is no such token */
export async function revokeToken(
  tx: Tx,
  id: number,
): Promise<{ vpsId: number; vps: string; isNew: boolean } | undefined> {
  const { rows } = await tx.execute<{ vpsId: number; vps: string; isNew: boolean }>(sql`
    with token as (select t.id, t.vps_id, t.revoked_at from api_tokens t where t.id = ${id} for update),
    revoked as (update api_tokens t set revoked_at = now() from token where t.id = token.id and token.revoked_at is null)
    select token.vps_id as "vpsId", v.name as vps, token.revoked_at is null as "isNew" from token join vps v on v.id = token.vps_id`);
  return rows[0];
}
