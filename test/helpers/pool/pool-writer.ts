import { isConnectionError } from '../../../src/db/errors.ts';
import type { PoolChange } from '../../../src/domain/proxies/pool-change.ts';
import { openPoolServices, type PoolServices } from './pool-services.ts';

export const WRITER_MODELS = ['Amber', 'Bella', 'Cara', 'Dora'];

/** The answers that writers got, and the changes that may have happened without an answer. */
export interface Journal {
  /** Accounts that surely came to be. */
  added: Set<string>;
  maybeRemoved: Set<string>;
  maybeHeld: Set<string>;
  steps: number;
  broken: number;
}

export const newJournal = (): Journal => ({
  added: new Set<string>(),
  maybeRemoved: new Set<string>(),
  maybeHeld: new Set<string>(),
  steps: 0,
  broken: 0,
});

/** One process's services over the pool, from which any number of writers work. */
export async function openWriters(url: string) {
  const services = await openPoolServices(url, { max: 40 });
  return {
    close: services.close,
    write: (name: string, journal: Journal) => new Writer(services, name, journal),
  };
}

/** Does to the pool whatever people and programs do, to all proxies and to the accounts of its own. */
class Writer {
  readonly #pool: PoolServices['pool'];
  readonly #services: PoolServices;
  readonly #name: string;
  readonly #journal: Journal;
  readonly #actor: { id: string; name: string };
  #made = 0;

  constructor(services: PoolServices, name: string, journal: Journal) {
    this.#pool = services.pool;
    this.#services = services;
    this.#name = name;
    this.#journal = journal;
    this.#actor = { id: name, name };
  }

  /** One step. A refusal is an answer, and a connection that breaks is what this is about; anything else is a mistake. */
  async step(random: (below: number) => number): Promise<void> {
    const steps = [
      () => this.#add(random),
      () => this.#add(random),
      () => this.#importAccounts(random),
      () => this.#importProxies(random),
      () => this.#withAccount(random, (id) => this.#services.assignments.assign(this.#actor, id, { isMove: true })),
      () => this.#unassign(random),
      () => this.#remove(random),
      () => this.#fill(),
      () => this.#change(random),
      () => this.#change(random),
      () => this.#bySql(random),
    ];
    this.#journal.steps++;
    try {
      await steps[random(steps.length)]?.();
    } catch (error) {
      if (isConnectionError(error)) this.#journal.broken++;
      else if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    }
  }

  #username(): string {
    return `${this.#name}.${++this.#made}`;
  }

  async #add(random: (below: number) => number): Promise<void> {
    const username = this.#username();
    const model = WRITER_MODELS[random(WRITER_MODELS.length)] ?? '';
    await this.#services.accounts.add(this.#actor, { username, model });
    this.#journal.added.add(username);
  }

  async #importAccounts(random: (below: number) => number): Promise<void> {
    const names = Array.from({ length: 1 + random(6) }, () => this.#username());
    const lines = names.map((name) => `${name},${WRITER_MODELS[random(WRITER_MODELS.length)]}`);
    const bytes = Buffer.from(`username,model\n${lines.join('\n')}\n`);
    const { accountImports } = this.#services;
    const { planId } = await accountImports.stage(this.#actor, { name: 'a.csv', bytes, defaults: {}, source: null });
    await accountImports.commit(this.#actor, planId);
    for (const name of names) this.#journal.added.add(name);
  }

  async #importProxies(random: (below: number) => number): Promise<void> {
    const count = 1 + random(4);
    const lines = Array.from({ length: count }, () => `10.${random(250)}.${random(250)}.${1 + random(250)}:8080:u:p`);
    const { imports } = this.#services;
    const preview = await imports.stage(this.#actor, {
      name: 'p.txt',
      defaults: {},
      source: null,
      bytes: Buffer.from(lines.join('\n')),
    });
    await imports.apply(this.#actor, preview.planId, 'import', preview.counts.new);
  }

  async #withAccount(
    random: (below: number) => number,
    work: (id: number, username: string) => Promise<unknown>,
  ): Promise<void> {
    const { rows } = await this.#pool.query<{ id: number; username: string }>(
      'select id, username from accounts where username like $1 and removed_at is null order by id',
      [`${this.#name}.%`],
    );
    const account = rows[random(Math.max(1, rows.length))];
    if (account) await work(account.id, account.username);
  }

  #unassign(random: (below: number) => number): Promise<void> {
    return this.#withAccount(random, (id, username) => {
      this.#journal.maybeHeld.add(username);
      return this.#services.assignments.unassign(this.#actor, id, 'test');
    });
  }

  #remove(random: (below: number) => number): Promise<void> {
    return this.#withAccount(random, (id, username) => {
      this.#journal.maybeRemoved.add(username);
      return this.#services.accounts.remove(this.#actor, id);
    });
  }

  async #fill(): Promise<void> {
    const { assignments } = this.#services;
    await assignments.applyFill(this.#actor, (await assignments.planFill(this.#actor)).planId);
  }

  async #change(random: (below: number) => number): Promise<void> {
    const { rows } = await this.#pool.query<{ id: number }>(
      'select id from proxies where removed_at is null order by id',
    );
    const target = { ids: [rows[random(rows.length)]?.id ?? 0, rows[random(rows.length)]?.id ?? 0] };
    const changes: PoolChange[] = [
      { kind: 'deactivate', target, isBlocked: random(2) === 0 },
      { kind: 'activate', target: { filter: { status: 'inactive' } } },
      { kind: 'activate', target: { filter: { status: 'blocked' } } },
      { kind: 'remove', target: { ids: target.ids.slice(0, 1) } },
      { kind: 'release', target: { filter: { usage: 'cooling' } } },
      { kind: 'move', target, reason: 'test' },
      { kind: 'rebalance', goal: random(2) === 0 ? 'spread' : 'compact' },
    ];
    const change = changes[random(changes.length)];
    if (!change) return;
    const { planId } = await this.#services.changes.plan(this.#actor, change);
    await this.#services.changes.apply(this.#actor, planId);
  }

  /** The writes of the monitor and of programs. */
  async #bySql(random: (below: number) => number): Promise<void> {
    const health = ['healthy', 'healthy', 'degraded', 'failing'][random(4)];
    await this.#pool.query(
      `insert into proxy_health (proxy_id, health, latency_ms, exit_ip, exit_ip_at)
       select id, $1, 20 + id % 90, ('198.51.100.' || $2::int)::inet, now() from proxies where id % 17 = $3
       on conflict (proxy_id) do update set health = excluded.health, latency_ms = excluded.latency_ms`,
      [health, 1 + random(20), random(17)],
    );
    await this.#pool.query('update account_proxy_assignments set handed_out_at = now() where account_id % 11 = $1', [
      random(11),
    ]);
  }
}

/** A linear congruential generator: the same steps in each run, if not at the same moment. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
