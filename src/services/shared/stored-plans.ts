import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findPlan, insertPlan, updatePlan } from '../../db/queries/plans.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PlanState, Stamp } from '../../domain/plan-state.ts';
import { unlessStale } from './stale-preview.ts';

export interface StoredPlan<I, R> {
  id: number;
  state: PlanState;
  expiresAt: Date;
  /** What was asked. */
  input: I;
  /** What came of it so far. */
  result: R;
}

/** What a click on a plan led to. */
export interface Outcome<P> {
  preview: P;
  /** What was shown no longer held: nothing was done, and the preview is a new one. */
  isStale: boolean;
}

/** How a plan of a kind is applied; each step runs in a transaction that has locked the plan. */
export interface Application<S, P> {
  /** The preview of a plan that is no longer open. */
  closed(plan: S, tx: Tx): P | Promise<P>;
  /** Does what was shown. @throws StalePreviewError if that no longer holds, as `assertStillShown` finds */
  apply(plan: S, tx: RepeatableTx): Promise<P>;
  /** Plans again, and stores what the new preview rests on. */
  refresh(plan: S, tx: Tx): Promise<P>;
}

export const stampShape = { by: z.string(), at: z.string() };

export function stamp(actor: Actor): Stamp {
  return { by: actor.id, at: new Date().toISOString() };
}

/** Plans of one kind, which are written down, shown, and applied by their number, once. */
export class StoredPlans<I, R> {
  readonly kind: string;
  readonly #input: z.ZodType<I>;
  readonly #result: z.ZodType<R>;
  readonly #called: 'import' | 'plan';
  readonly #again: string;

  /**
   * @param options.input checks what is stored again, as `result` does, since the program may be newer than the row
   * @param options.result has to take `{}`, which stands there until something was done
   * @param options.again how to come by another one
   */
  constructor(options: {
    kind: string;
    called: 'import' | 'plan';
    again: string;
    input: z.ZodType<I>;
    result: z.ZodType<R>;
  }) {
    this.kind = options.kind;
    this.#called = options.called;
    this.#again = options.again;
    this.#input = options.input;
    this.#result = options.result;
  }

  /** Writes a plan down that can be applied at once. */
  insert(tx: Tx, actor: Actor, input: I): Promise<number> {
    return insertPlan(tx, actor, { kind: this.kind, state: 'open', input });
  }

  /** Begins a plan whose rows are still to be written; nobody finds it before it is opened. */
  stage(db: Db, actor: Actor): Promise<number> {
    return insertPlan(db, actor, { kind: this.kind, state: 'staging', input: {} });
  }

  /** @throws UserError if there is none, or if another version of the bot stored it in a shape that this one does not read */
  async find(db: Db | Tx, id: number): Promise<StoredPlan<I, R>> {
    return this.#read(await findPlan(db, this.kind, id));
  }

  /** The same, and nobody else can apply or change it until the transaction ends. */
  async lock(tx: Tx, id: number): Promise<StoredPlan<I, R>> {
    return this.#read(await findPlan(tx, this.kind, id, { lock: true }));
  }

  /**
   * Applies a plan, once: a second time the first result comes again. If what was shown no longer holds, nothing is done and a new
   * preview comes back.
   *
   * @throws UserError if there is no such plan
   */
  async apply<P extends { state: PlanState }>(
    db: Db,
    id: number,
    { closed, apply, refresh }: Application<StoredPlan<I, R>, P>,
  ): Promise<Outcome<P>> {
    const applied = await unlessStale(db, (tx) => this.whileOpen(tx, id, { open: apply, closed }));
    if (applied) return { preview: applied.done, isStale: false };
    const preview = await transact(db, (tx) => this.whileOpen(tx, id, { open: refresh, closed }));
    // If another click has closed the plan in the meantime, its result is shown, and that is not stale.
    return { preview, isStale: preview.state === 'open' };
  }

  /** Works on a plan that is open, with the lock on it held; a plan that is closed is only shown. */
  async whileOpen<P, T extends Tx>(
    tx: T,
    id: number,
    { open, closed }: Record<'open' | 'closed', (plan: StoredPlan<I, R>, tx: T) => P | Promise<P>>,
  ): Promise<P> {
    const plan = await this.lock(tx, id);
    return plan.state === 'open' ? open(plan, tx) : closed(plan, tx);
  }

  async update(db: Db | Tx, id: number, change: { state?: PlanState; input?: I; result?: R }): Promise<void> {
    await updatePlan(db, id, change);
  }

  #read(row: Awaited<ReturnType<typeof findPlan>>): StoredPlan<I, R> {
    if (!row) throw notFound(this.#called, undefined, this.#again);
    const { id, state, expiresAt } = row;
    const [input, result] = [this.#input.safeParse(row.input), this.#result.safeParse(row.result)];
    if (input.success && result.success) return { id, state, expiresAt, input: input.data, result: result.data };
    throw new UserError('out_of_date', `This ${this.#called} is from another version of the bot.`, this.#again);
  }
}
