import type { StatementFault } from '../database/relay.ts';

/** What goes wrong at the nth statement, or the nth COMMIT, of an operation: it fails, or the process dies before or after it. */
export interface Fault {
  kind: StatementFault | 'crash before' | 'crash after';
  nth: number;
  isOfCommits: boolean;
}

/** Thrown to a dead process by everything around it. */
export class DeadProcessError extends Error {
  override readonly name = 'DeadProcessError';

  constructor() {
    super('the process has died');
  }
}

/**
 * What the statements and requests of one process pass on their way out. It counts statements, lets one of them fail, and holds them
 * while it is another operation's turn.
 */
export class Gate {
  #fault: Fault | undefined;
  #seen = 0;
  #hasFailed = false;
  #isDead = false;
  /** How many statements may still pass. */
  #allowance = Number.POSITIVE_INFINITY;
  #waiting: (() => void)[] = [];

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Whether something waits for its turn. */
  get isHolding(): boolean {
    return this.#waiting.length > 0;
  }

  arm(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#seen = 0;
    this.#hasFailed = false;
  }

  /** @returns whether the fault has happened */
  disarm(): boolean {
    this.#fault = undefined;
    return this.#hasFailed;
  }

  /** @param statements how many may pass before the next one is held */
  allow(statements: number): void {
    this.#allowance = statements;
    if (statements > 0) for (const go of this.#waiting.splice(0)) go();
  }

  die(): void {
    this.#isDead = true;
    this.allow(Number.POSITIVE_INFINITY);
  }

  /** A statement on its way to the server. @returns how it fails, if it does */
  pass(isCommit: boolean): StatementFault | undefined | Promise<StatementFault | undefined> {
    return this.#allowance > 0 ? this.#decide(isCommit) : this.#turn().then(() => this.pass(isCommit));
  }

  /** A request to something else than the database, such as Discord. @throws DeadProcessError */
  async enter(): Promise<void> {
    while (this.#allowance <= 0) await this.#turn();
    if (this.#isDead) throw new DeadProcessError();
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #decide(isCommit: boolean): StatementFault | undefined {
    if (this.#isDead) return 'cut';
    this.#allowance--;
    if (!this.#fault || (this.#fault.isOfCommits && !isCommit)) return undefined;
    if (++this.#seen !== this.#fault.nth) return undefined;
    this.#hasFailed = true;
    const { kind } = this.#fault;
    if (kind !== 'crash before' && kind !== 'crash after') return kind;
    this.die();
    return kind === 'crash before' ? 'cut' : 'answer lost';
  }
}
