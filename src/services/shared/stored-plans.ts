import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findPlan, insertPlan, updatePlan } from '../../db/queries/plans.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PlanKind, PlanState, Stamp } from '../../domain/plan-state.ts';
import { unlessStale } from './stale-preview.ts';

export interface StoredPlan<I, R> {
  id: number;
  state: PlanState;
  expiresAt: Date;
  /** The id of who cancelled it. */
  cancelledBy: string | null;
  /** The request. */
  input: I;
  /** The results so far. */
  result: R;
}

/** The effect of a click on a plan. */
export interface Outcome<P> {
  preview: P;
  /** Whether the preview was stale: nothing was done, and `preview` is a new one. */
  isStale: boolean;
}

/** How a plan of a kind is applied; each step runs in a transaction that has locked the plan. */
export interface Application<S, P> {
  /** The preview of a plan that is no longer open. */
  closed(plan: S, tx: Tx): P | Promise<P>;
  /** Applies the plan. @throws StalePreviewError if `assertStillShown` finds that its preview is stale */
  apply(plan: S, tx: RepeatableTx): Promise<P>;
  /** Plans again, and stores the basis of the new preview. */
  refresh(plan: S, tx: Tx): Promise<P>;
}

export const stampShape = { by: z.string(), at: z.string() };

export function stamp(actor: Actor): Stamp {
  return { by: actor.id, at: new Date().toISOString() };
}

/**
 * Parses a stored value completely: a schema that drops an unknown key, or fills in a missing one, would change what
 * the preview showed.
 *
 * @returns undefined if the value does not match
 */
function readWhole<T>(schema: z.ZodType<T>, stored: unknown): T | undefined {
  const read = schema.safeParse(stored);
  return read.success && isDeepStrictEqual(read.data, stored) ? read.data : undefined;
}

/** Parses an input as stored by an earlier release; undefined if it does not match that either. */
export type FormerInput<I> = (stored: unknown) => I | undefined;

export function formerInput<F, I>(schema: z.ZodType<F>, upgrade: (stored: F) => I): FormerInput<I> {
  return (stored) => {
    const read = readWhole(schema, stored);
    return read === undefined ? undefined : upgrade(read);
  };
}

/** The result of a plan until a step has been applied, as stored. */
const NOTHING = {};

/** Plans of one kind, which are stored, previewed, and applied once by their number. */
export class StoredPlans<I, R> {
  readonly kind: PlanKind;
  readonly #called: 'import' | 'plan';
  readonly #again: string;
  readonly #input: z.ZodType<I>;
  readonly #former: FormerInput<I> | undefined;
  readonly #result: z.ZodType<R>;
  readonly #noResult: R;

  /**
   * @param options.again how to get a new plan
   * @param options.input validates the stored input, since another version of the program may have written it
   * @param options.formerInput parses what the last release stored in another shape
   * @param options.result validates a stored result
   * @param options.noResult the result of a plan of which nothing was applied
   */
  constructor(options: {
    kind: PlanKind;
    called: 'import' | 'plan';
    again: string;
    input: z.ZodType<I>;
    formerInput?: FormerInput<I>;
    result: z.ZodType<R>;
    noResult: R;
  }) {
    this.kind = options.kind;
    this.#called = options.called;
    this.#again = options.again;
    this.#input = options.input;
    this.#former = options.formerInput;
    this.#result = options.result;
    this.#noResult = options.noResult;
  }

  /** Stores a plan that can be applied at once. */
  insert(tx: Tx, actor: Actor, input: I): Promise<number> {
    return insertPlan(tx, actor, { kind: this.kind, state: 'open', input });
  }

  /** Begins a plan whose rows are still to be written. It cannot be found before it is opened. */
  stage(db: Db, actor: Actor): Promise<number> {
    return insertPlan(db, actor, { kind: this.kind, state: 'staging', input: {} });
  }

  /**
   * @throws UserError if the plan does not exist, or if another version of the bot stored it in a shape that this one
   * cannot read
   */
  async find(db: Db | Tx, id: number): Promise<StoredPlan<I, R>> {
    return this.#read(await findPlan(db, this.kind, id));
  }

  /** The same, with a lock that keeps others from applying or changing it until the transaction ends. */
  async lock(tx: Tx, id: number): Promise<StoredPlan<I, R>> {
    return this.#read(await findPlan(tx, this.kind, id, { lock: true }));
  }

  /**
   * Applies a plan once: a second call returns the first result. If the preview is stale, nothing is done and a new
   * preview is returned.
   *
   * @throws UserError if the plan does not exist
   */
  async apply<P extends { state: PlanState }>(
    db: Db,
    id: number,
    { closed, apply, refresh }: Application<StoredPlan<I, R>, P>,
  ): Promise<Outcome<P>> {
    const applied = await unlessStale(db, (tx) => this.whileOpen(tx, id, { open: apply, closed }));
    if (applied) return { preview: applied.done, isStale: false };
    const preview = await transact(db, (tx) => this.whileOpen(tx, id, { open: refresh, closed }));
    // A plan that another click has closed in the meantime is shown with its result, and is not stale.
    return { preview, isStale: preview.state === 'open' };
  }

  /** Runs `work` on a locked plan if it is open; a closed plan is only shown. */
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

  /** Cancels an open plan, of which nothing was applied. @returns the plan as it is then */
  async cancel(
    tx: Tx,
    actor: Actor,
    plan: StoredPlan<I, R>,
    change: { input?: I; result?: R } = {},
  ): Promise<StoredPlan<I, R>> {
    const closed = { ...change, state: 'cancelled' as const, cancelledBy: actor.id };
    await updatePlan(tx, plan.id, closed);
    return { ...plan, ...closed };
  }

  #read(row: Awaited<ReturnType<typeof findPlan>>): StoredPlan<I, R> {
    if (!row) throw notFound(this.#called, undefined, this.#again);
    const { id, state, expiresAt, cancelledBy, input, result } = row;
    const isDone = !isDeepStrictEqual(result, NOTHING);
    return {
      id,
      state,
      expiresAt,
      cancelledBy,
      input: readWhole(this.#input, input) ?? this.#former?.(input) ?? this.#refuse(),
      result: isDone ? (readWhole(this.#result, result) ?? this.#refuse()) : this.#noResult,
    };
  }

  #refuse(): never {
    throw new UserError('out_of_date', 'This preview is from another version of the bot.', this.#again);
  }
}
