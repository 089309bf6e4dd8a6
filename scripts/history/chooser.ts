import type { Pool } from '../../src/db/client.ts';
import type { Operation, Performed } from './operations.ts';

type Random = (below: number) => number;

const MODELS = ['Amber', 'Bella', 'Cara'];
/** Few enough that clients meet on them. */
const ACCOUNTS = 12;
const PROXIES = 7;
/** Accounts that programs look up all the time. */
const LOOKED_UP = 4;
/** How often an operation is chosen that names something that was removed. */
const PER_REMOVED = 25;

/** Chooses operations on few accounts and proxies, and keeps their number about the same. */
export class Chooser {
  readonly #pool: Pool;
  readonly #accounts = new Set<number>();
  readonly #proxies = new Set<number>();
  readonly #removed = { accounts: new Set<number>(), proxies: new Set<number>() };
  #made = 0;
  #adding = 0;
  #importing = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  next(random: Random): Operation {
    if (this.#accounts.size + this.#adding < ACCOUNTS) return this.#add(random);
    if (this.#proxies.size + this.#importing < PROXIES) return this.#import(random);
    const account = one(random, this.#accounts, this.#removed.accounts);
    const proxy = one(random, this.#proxies, this.#removed.proxies);
    const choices: readonly Operation[] = [
      { kind: 'assign', account, isMove: false },
      { kind: 'assign', account, isMove: false },
      { kind: 'assign', account, isMove: true },
      { kind: 'assign', account, isMove: random(2) === 0, proxy },
      { kind: 'unassign', account },
      { kind: 'unassign', account },
      { kind: 'look up account', account },
      { kind: 'look up account', account },
      { kind: 'look at proxy', proxy },
      { kind: 'look at proxy', proxy },
      { kind: 'fill' },
      { kind: 'serve' },
      { kind: 'failover' },
      random(2) === 0 ? { kind: 'fail proxy', proxy } : { kind: 'remove account', account },
      { kind: 'remove proxy', proxy },
    ];
    return choices[random(choices.length)] ?? { kind: 'fill' };
  }

  /** A lookup by a program, which knows the first accounts that there are. */
  look(random: Random): Operation {
    const known = [...this.#accounts].slice(0, LOOKED_UP);
    return { kind: 'look up account', account: known[random(known.length)] ?? 0 };
  }

  /** Reads of everything that was ever there. */
  looks(): Operation[] {
    const accounts = [...this.#accounts, ...this.#removed.accounts];
    const proxies = [...this.#proxies, ...this.#removed.proxies];
    return [
      ...accounts.map((account) => ({ kind: 'look up account' as const, account })),
      ...proxies.map((proxy) => ({ kind: 'look at proxy' as const, proxy })),
    ];
  }

  /** Learns from an operation what there is now. */
  async learn({ operation, answer }: Performed): Promise<void> {
    if (operation.kind === 'add account') {
      this.#adding--;
      await this.#know(this.#accounts, 'select id from accounts where username = $1', operation.username);
    } else if (operation.kind === 'import') {
      this.#importing -= operation.hosts.length;
      for (const host of operation.hosts)
        await this.#know(this.#proxies, 'select id from proxies where host = $1', host);
    } else if (operation.kind === 'remove account' && answer.kind !== 'refused') {
      move(operation.account, this.#accounts, this.#removed.accounts);
    } else if (operation.kind === 'remove proxy' && answer.kind !== 'refused') {
      move(operation.proxy, this.#proxies, this.#removed.proxies);
    }
  }

  #add(random: Random): Operation {
    this.#adding++;
    return { kind: 'add account', username: `user.${++this.#made}`, model: MODELS[random(MODELS.length)] ?? '' };
  }

  #import(random: Random): Operation {
    const hosts = Array.from({ length: 1 + random(2) }, () => {
      const n = ++this.#made;
      return `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    });
    this.#importing += hosts.length;
    return { kind: 'import', hosts };
  }

  /** Something may have been added without an answer. */
  async #know(known: Set<number>, statement: string, name: string): Promise<void> {
    for (const { id } of (await this.#pool.query<{ id: number }>(statement, [name])).rows) known.add(id);
  }
}

/** Reads of what an operation has changed: they find a change that is lost, or a read that is stale. */
export function looksAfter({ operation, answer }: Performed): Operation[] {
  const account = 'account' in operation ? operation.account : undefined;
  const proxy = answer.kind === 'done' && answer.proxy !== undefined ? answer.proxy : undefined;
  return [
    ...(account === undefined ? [] : [{ kind: 'look up account' as const, account }]),
    ...(proxy === undefined ? [] : [{ kind: 'look at proxy' as const, proxy }]),
  ];
}

function one(random: Random, present: ReadonlySet<number>, removed: ReadonlySet<number>): number {
  const from = removed.size > 0 && random(PER_REMOVED) === 0 ? [...removed] : [...present];
  return from[random(from.length)] ?? 0;
}

function move(key: number, from: Set<number>, to: Set<number>): void {
  from.delete(key);
  to.add(key);
}
