import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  hasEffect: boolean;
  isTransaction: boolean;
}

/** The work that is under way: an interaction, a request, or a transaction within one. */
const scopes = new AsyncLocalStorage<Scope>();

let changes = 0;

/** How often interactions and requests of this process have changed something so far. */
export const changesSoFar = (): number => changes;

/** Tells, if work fails, whether it may have changed something all the same. */
export class Effects {
  readonly #scope: Scope = { hasEffect: false, isTransaction: false };

  /** Runs a piece of the work. */
  track<T>(work: () => T): T {
    return scopes.run(this.#scope, work);
  }

  /** False: it is certain that nothing was changed. */
  get mayExist(): boolean {
    return this.#scope.hasEffect;
  }
}

/** Says that something is about to be changed. Within a transaction it counts only if that is committed. */
export function noteEffect(): void {
  const scope = scopes.getStore();
  if (!scope) return;
  scope.hasEffect = true;
  if (!scope.isTransaction) changes += 1;
}

/**
 * Runs a transaction: what it notes takes effect if it is committed, or if that is not known.
 *
 * @param isInDoubt whether an error leaves that open
 */
export async function withinTransaction<T>(run: () => Promise<T>, isInDoubt: (error: unknown) => boolean): Promise<T> {
  const scope: Scope = { hasEffect: false, isTransaction: true };
  const commit = () => {
    if (scope.hasEffect) noteEffect();
  };
  try {
    const result = await scopes.run(scope, run);
    commit();
    return result;
  } catch (error) {
    if (isInDoubt(error)) commit();
    throw error;
  }
}
