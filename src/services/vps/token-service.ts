import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { insertToken, type LiveToken, listTokens, readLiveTokens, revokeToken } from '../../db/queries/vps/tokens.ts';
import { findVpsName } from '../../db/queries/vps/vps.ts';
import type { Queryable } from '../../db/sql/rows.ts';
import type { Actor } from '../../domain/actor.ts';
import type { NewToken, VpsTokens } from '../../domain/vps/token-view.ts';
import { SharedResult } from '../shared/shared-result.ts';

/** The owner of the token in a request, and what the token gives access to. */
export type Caller =
  | { kind: 'operator'; actor: Actor }
  | { kind: 'vps'; actor: Actor; tokenId: number; vpsId: number; vps: string };

const SECRET_BYTES = 32;
const PREFIX = 'pops';
const FORM = new RegExp(`^${PREFIX}_(\\d{1,9})_([\\w-]{43})$`);
/**
 * Upper bound of the time until a token that another process revoked is refused; this process refuses its own at once.
 */
const FRESH_MS = 1_000;
const MOST_TOKENS = 20;
const OPERATOR: Caller = { kind: 'operator', actor: { id: 'token:operator', name: 'API_TOKEN' } };

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Creates, lists, revokes and identifies the tokens of VPS. Printing the object shows none of them. */
export class TokenService {
  readonly #db: Db;
  readonly #reads: Queryable;
  readonly #operator: Buffer | undefined;
  /** All accepted tokens. */
  readonly #live: SharedResult<Map<number, LiveToken>>;

  /** @param deps.operatorToken `API_TOKEN`; without it there is no operator */
  constructor(deps: { db: Db; reads: Queryable; operatorToken: string | undefined; now?: () => number }) {
    this.#db = deps.db;
    this.#reads = deps.reads;
    this.#operator = deps.operatorToken === undefined ? undefined : digest(deps.operatorToken);
    const read = async () => new Map((await readLiveTokens(this.#reads)).map((row) => [row.id, row]));
    this.#live = new SharedResult({ read, freshMs: FRESH_MS, now: deps.now });
  }

  /** The owner of a token; undefined for an unknown one. Tokens are compared by their hashes, in constant time. */
  async identify(token: string): Promise<Caller | undefined> {
    if (this.#operator && timingSafeEqual(digest(token), this.#operator)) return OPERATOR;
    const [, id, secret] = FORM.exec(token) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const found = (await this.#live.get()).get(Number(id));
    const isRight = timingSafeEqual(digest(secret), found?.hash ?? Buffer.alloc(SECRET_BYTES));
    if (!found || !isRight) return undefined;
    const { vpsId, vps } = found;
    return { kind: 'vps', actor: { id: `token:${vps}#${found.id}`, name: vps }, tokenId: found.id, vpsId, vps };
  }

  /** Creates a token with 256 random bits. The returned value is the only copy. @throws UserError for an unknown VPS */
  async create(actor: Actor, vpsId: number): Promise<NewToken> {
    const vps = await this.#nameOf(vpsId);
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const id = await this.#db.transaction(async (tx) => {
      const live = (await listTokens(tx, vpsId)).filter((token) => token.revokedAt === null);
      if (live.length >= MOST_TOKENS) {
        throw new UserError(
          'too_many_tokens',
          `${vps} already has ${live.length} tokens, which is the limit.`,
          'Revoke unused ones with /vps token action: revoke.',
        );
      }
      const tokenId = await insertToken(tx, actor, vpsId, digest(secret));
      const after = { token: tokenId, vps };
      await insertAudit(tx, actor, { action: 'vps.create_token', entity: 'vps', entityId: vpsId, after });
      return tokenId;
    });
    this.#live.forget();
    return { id, vps, token: `${PREFIX}_${id}_${secret}` };
  }

  /** @throws UserError for an unknown VPS */
  async list(vpsId: number): Promise<VpsTokens> {
    return { vps: await this.#nameOf(vpsId), vpsId, tokens: await listTokens(this.#db, vpsId) };
  }

  /** Revokes a token; a second call has no effect. @returns the remaining tokens of the VPS */
  async revoke(actor: Actor, id: number): Promise<VpsTokens> {
    const token = await this.#db.transaction(async (tx) => {
      const revoked = await revokeToken(tx, id);
      if (!revoked) throw notFound('token');
      const entry = { action: 'vps.revoke_token', entity: 'vps', entityId: revoked.vpsId } as const;
      if (revoked.isNew) await insertAudit(tx, actor, { ...entry, before: { token: id, vps: revoked.vps } });
      return revoked;
    });
    this.#live.forget();
    return { vps: token.vps, vpsId: token.vpsId, tokens: await listTokens(this.#db, token.vpsId) };
  }

  async #nameOf(vpsId: number): Promise<string> {
    const name = await findVpsName(this.#db, vpsId);
    if (name !== undefined) return name;
    throw notFound('vps');
  }

  [inspect.custom](): string {
    return 'TokenService {}';
  }
}
