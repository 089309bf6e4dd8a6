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

/**
 * Reads a stored value whole: a schema that drops a key that it does not know, or fills in one that is missing, would change what the
 * preview has shown.
 *
 * @returns undefined if it has another form
 */
function readWhole<T>(schema: z.ZodType<T>, stored: unknown): T | undefined {
  const read = schema.safeParse(stored);
  return read.success && isDeepStrictEqual(read.data, stored) ? read.data : undefined;
}

/** Reads a form that an earlier release stored; undefined if it is not that either. */
export type FormerInput<I> = (stored: unknown) => I | undefined;

export function formerInput<F, I>(schema: z.ZodType<F>, upgrade: (stored: F) => I): FormerInput<I> {
  return (stored) => {
    const read = readWhole(schema, stored);
    return read === undefined ? undefined : upgrade(read);
  };
}

/** What the table holds until something was done. */
const NOTHING = {};

/** Plans of one kind, which are written down, shown, and applied by their number, once. */
export class StoredPlans<I, R> {
  readonly kind: PlanKind;
  readonly #called: 'import' | 'plan';
  readonly #again: string;
  readonly #input: z.ZodType<I>;
  readonly #former: FormerInput<I> | undefined;
  readonly #result: z.ZodType<R>;
  readonly #noResult: R;

  /**
   * @param options.again how to get a new one
   * @param options.input checks what is stored when it is read, since another version of the program may have written it
   * @param options.formerInput reads what the last release stored in another form
   * @param options.result does the same as `input`, once there is a result
   * @param options.noResult the result of a plan of which nothing was done
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
    const { id, state, expiresAt, input, result } = row;
    const isDone = !isDeepStrictEqual(result, NOTHING);
    return {
      ...{ id, state, expiresAt },
      input: readWhole(this.#input, input) ?? this.#former?.(input) ?? this.#refuse(),
      result: isDone ? (readWhole(this.#result, result) ?? this.#refuse()) : this.#noResult,
    };
  }

  #refuse(): never {
    throw new UserError('out_of_date', 'This preview is from another version of the bot.', this.#again);
  }
}
