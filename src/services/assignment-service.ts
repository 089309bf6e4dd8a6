import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Db, Tx } from '../db/client.ts';
import { withRetry } from '../db/errors.ts';
import { holdAccount } from '../db/queries/accounts.ts';
import {
  endAssignments,
  findPlacement,
  hasRoom,
  insertAssignments,
  lockAssignments,
  readPool,
  readWaiting,
} from '../db/queries/assignments.ts';
import { insertAudit } from '../db/queries/audit.ts';
import { findModelId, namesOf } from '../db/queries/models.ts';
import { findPlan, insertPlan, updatePlan } from '../db/queries/plans.ts';
import { findProxy } from '../db/queries/proxies.ts';
import { readSettings } from '../db/queries/settings.ts';
import type { FillPreview } from '../domain/account-view.ts';
import type { Actor } from '../domain/actor.ts';
import { type Assignment, describeReason } from '../domain/plan/assignment.ts';
import { type BatchPlan, planBatch } from '../domain/plan/batch.ts';
import { planOne } from '../domain/plan/one.ts';
import { coolingFor, type Pool, type PoolProxy } from '../domain/plan/pool.ts';
import { UserError } from '../errors.ts';

const FILL = 'assignment.fill';
const SAMPLE = 5;

const fillInput = z.object({ modelId: z.number().optional(), basis: z.string() });
const fillResult = z.object({ count: z.number(), by: z.string(), at: z.string() });

export interface Placed {
  accountId: number;
  proxyId: number;
  reason: string;
}

/** Gives proxies to accounts and takes them away, within the rules; one writer at a time. */
export class AssignmentService {
  readonly #db: Db;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
  }

  /** Plans all waiting and held accounts, of one model or of all, and writes the plan down. */
  async planFill(actor: Actor, model?: string): Promise<FillPreview> {
    return this.#db.transaction(async (tx) => {
      const modelId = model === undefined ? undefined : await findModelId(tx, model);
      if (model !== undefined && modelId === undefined) throw unknownModel(model);
      const plan = await this.#plan(tx, { modelId, withHeld: true });
      const input = { modelId, basis: basisOf(plan) };
      const planId = await insertPlan(tx, actor, { kind: FILL, state: 'open', input });
      return this.#describe(tx, planId, 'open', plan, null);
    });
  }

  /**
   * Applies a plan, once. Where the pool or the accounts have changed so that the plan would be another one now, nothing is done
   * and a fresh preview comes back.
   */
  async applyFill(actor: Actor, planId: number): Promise<{ preview: FillPreview; isStale: boolean }> {
    return withRetry(() =>
      this.#db.transaction(async (tx) => {
        const row = await findPlan(tx, FILL, planId, true);
        if (!row) throw new UserError('plan_unknown', 'This plan is no longer there.', 'Run /proxy fill again.');
        const input = fillInput.parse(row.input);
        await lockAssignments(tx);
        const plan = await this.#plan(tx, { modelId: input.modelId, withHeld: true });
        const done = fillResult.safeParse(row.result);
        if (row.state !== 'open') {
          const state = row.state === 'staging' ? 'open' : (row.state as FillPreview['state']);
          return {
            preview: await this.#describe(tx, planId, state, plan, done.success ? done.data : null),
            isStale: false,
          };
        }
        if (basisOf(plan) !== input.basis) {
          await updatePlan(tx, planId, { input: { ...input, basis: basisOf(plan) } });
          return { preview: await this.#describe(tx, planId, 'open', plan, null), isStale: true };
        }
        await insertAssignments(tx, actor, plan.assignments);
        const result = { count: plan.assignments.length, by: actor.id, at: new Date().toISOString() };
        await updatePlan(tx, planId, { state: 'applied', result });
        await insertAudit(tx, actor, {
          action: FILL,
          entity: 'plan',
          entityId: planId,
          after: { count: result.count },
        });
        return { preview: await this.#describe(tx, planId, 'applied', plan, result), isStale: false };
      }),
    );
  }

  /**
   * Serves whoever waits, in the transaction that made room (R10); held accounts are left alone.
   *
   * @returns how many accounts got a proxy
   */
  async fillWaiting(tx: Tx, actor: Actor): Promise<number> {
    await lockAssignments(tx);
    const { accounts_per_proxy: limit } = await readSettings(tx);
    if (!(await hasRoom(tx, limit))) return 0;
    const waiting = await readWaiting(tx, { withHeld: false });
    const { assignments } = planBatch(await this.#pool(tx), waiting);
    await insertAssignments(tx, actor, assignments);
    if (assignments.length > 0) {
      await insertAudit(tx, actor, {
        action: 'assignment.serve',
        entity: 'plan',
        entityId: 'waiting',
        after: { count: assignments.length },
      });
    }
    return assignments.length;
  }

  /** The same in a transaction of its own: for what time makes eligible, such as the end of a cool-down. */
  serveWaiting(actor: Actor): Promise<number> {
    return withRetry(() => this.#db.transaction((tx) => this.fillWaiting(tx, actor)));
  }

  /**
   * Gives one account a proxy: the named one, or the best there is. An account that has one is moved only where `isMove` says so.
   *
   * @throws UserError with the rule that stands against it, in plain words
   */
  async assign(actor: Actor, accountId: number, options: { proxyId?: number; isMove?: boolean } = {}): Promise<Placed> {
    return withRetry(() => this.#db.transaction((tx) => this.assignIn(tx, actor, accountId, options)));
  }

  async assignIn(
    tx: Tx,
    actor: Actor,
    accountId: number,
    { proxyId, isMove }: { proxyId?: number; isMove?: boolean },
  ): Promise<Placed> {
    await lockAssignments(tx);
    const account = await findPlacement(tx, accountId);
    if (!account || account.isRemoved) throw new UserError('account_unknown', 'This account is not there.');
    if (account.proxyId !== null && !isMove) {
      throw new UserError(
        'has_proxy',
        `${account.username} already has proxy #${account.proxyId}.`,
        'Press Reassign to move it.',
      );
    }
    if (proxyId !== undefined && proxyId === account.proxyId) {
      throw new UserError('has_proxy', `${account.username} is on proxy #${proxyId} already.`);
    }
    const pool = await this.#pool(tx);
    const others = pool.proxies.filter((proxy) => proxy.id !== account.proxyId);
    const assignment =
      proxyId === undefined
        ? planOne({ ...pool, proxies: others }, { id: accountId, modelId: account.modelId })
        : await this.#placeOn(tx, pool, accountId, account, proxyId);
    if (!assignment) {
      throw new UserError(
        'no_room',
        `No proxy has room for ${account.model}.`,
        'Import proxies, or free some; the account waits until then.',
      );
    }
    if (account.proxyId !== null) {
      const { model_cooldown_days: days } = await readSettings(tx);
      await endAssignments(tx, actor, [accountId], `moved to #${assignment.proxyId}`, days);
    }
    await insertAssignments(tx, actor, [assignment]);
    const reason = describeReason(assignment.reason);
    const before = account.proxyId === null ? {} : { before: { proxy: account.proxyId } };
    await insertAudit(tx, actor, {
      action: 'account.assign',
      entity: 'account',
      entityId: accountId,
      ...before,
      after: { proxy: assignment.proxyId },
      reason,
    });
    if (account.proxyId !== null) await this.fillWaiting(tx, actor);
    return { accountId, proxyId: assignment.proxyId, reason };
  }

  /** Takes the proxy away and holds the account, until somebody assigns or fills again. */
  async unassign(actor: Actor, accountId: number, reason: string): Promise<number | null> {
    return withRetry(() =>
      this.#db.transaction(async (tx) => {
        await lockAssignments(tx);
        const account = await findPlacement(tx, accountId);
        if (!account || account.isRemoved) throw new UserError('account_unknown', 'This account is not there.');
        await this.endIn(tx, actor, [accountId], reason);
        await holdAccount(tx, accountId);
        await insertAudit(tx, actor, {
          action: 'account.unassign',
          entity: 'account',
          entityId: accountId,
          before: { proxy: account.proxyId },
          reason,
        });
        await this.fillWaiting(tx, actor);
        return account.proxyId;
      }),
    );
  }

  /** Ends assignments within a caller's transaction; their proxies cool down as R6 says. */
  async endIn(tx: Tx, actor: Actor, accountIds: readonly number[], reason: string): Promise<void> {
    const { model_cooldown_days: days } = await readSettings(tx);
    await endAssignments(tx, actor, accountIds, reason, days);
  }

  async #pool(tx: Tx): Promise<Pool> {
    const now = Date.now();
    const { accounts_per_proxy: limit } = await readSettings(tx);
    return { proxies: await readPool(tx, now), limit, now };
  }

  async #plan(tx: Tx, who: { modelId: number | undefined; withHeld: boolean }): Promise<BatchPlan> {
    return planBatch(await this.#pool(tx), await readWaiting(tx, who));
  }

  /** A proxy that somebody chose: allowed only where the planner could have chosen it too. */
  async #placeOn(
    tx: Tx,
    pool: Pool,
    accountId: number,
    account: { modelId: number; model: string },
    proxyId: number,
  ): Promise<Assignment> {
    const proxy = pool.proxies.find((each) => each.id === proxyId);
    if (!proxy) throw new UserError('proxy_unknown', `There is no proxy #${proxyId}.`);
    const refusal = await this.#refusal(tx, pool, proxy, account);
    const assignment = refusal
      ? null
      : planOne({ ...pool, proxies: [proxy] }, { id: accountId, modelId: account.modelId });
    if (assignment) return assignment;
    const nearest = planOne(pool, { id: accountId, modelId: account.modelId });
    throw new UserError(
      'rule',
      refusal ?? `#${proxyId} may not carry ${account.model} now.`,
      nearest ? `The best that is allowed is #${nearest.proxyId}.` : undefined,
    );
  }

  async #refusal(
    tx: Tx,
    pool: Pool,
    proxy: PoolProxy,
    { modelId, model }: { modelId: number; model: string },
  ): Promise<string | undefined> {
    const details = await findProxy(tx, proxy.id);
    const name = `#${proxy.id} (${details?.host}:${details?.port})`;
    if (proxy.load > 0 && proxy.modelId !== modelId)
      return `${name} carries ${details?.model}; ${model} may not share it.`;
    const cooling = coolingFor(proxy, pool.now);
    if (proxy.load === 0 && cooling !== null && cooling !== modelId)
      return `${name} is cooling down for ${details?.model}; ${model} may not use it yet.`;
    if (proxy.load >= pool.limit) return `${name} is full: it carries ${proxy.load} of ${pool.limit} accounts.`;
    if (!proxy.eligible)
      return `${name} takes no new accounts: it is ${details?.status === 'active' ? (proxy.health === 'failing' ? 'failing' : 'expired') : details?.status}.`;
    return undefined;
  }

  async #describe(
    tx: Tx,
    planId: number,
    state: FillPreview['state'],
    plan: BatchPlan,
    result: FillPreview['result'],
  ): Promise<FillPreview> {
    const shown = plan.assignments.slice(0, SAMPLE);
    const names = await namesOf(tx, shown);
    const models = new Map(names.models.map((each) => [each.id, each.name]));
    const modelName = (id: number) => models.get(id) ?? '';
    return {
      planId,
      state,
      asked: plan.assignments.length + plan.waiting.length,
      placed: plan.assignments.length,
      models: plan.models.map(({ modelId, ...each }) => ({ ...each, name: modelName(modelId) })),
      consolidations: plan.consolidations.map(({ modelId, freedProxies }) => ({
        name: modelName(modelId),
        freedProxies,
      })),
      sample: names.pairs.map((each, index) => {
        const reason = shown[index]?.reason;
        return { ...each, reason: reason ? describeReason(reason) : '' };
      }),
      result,
    };
  }
}

function unknownModel(model: string): UserError {
  return new UserError('model_unknown', `There is no model “${model}”.`, 'Run /account models to see all.');
}

/** The same plan from the same pool: the planner is deterministic, so a plan is compared by what it would do. */
function basisOf(plan: BatchPlan): string {
  const hash = createHash('sha256');
  for (const { accountId, proxyId } of plan.assignments) hash.update(`${accountId}:${proxyId};`);
  return hash.update(String(plan.waiting.length)).digest('base64url');
}
