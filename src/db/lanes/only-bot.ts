import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ignoring } from '../../base/ignoring.ts';
import type { Logger } from '../../base/logger.ts';
import { openSession, type Session } from '../client.ts';

/** A standby asks this often, so it takes over this soon. */
const STANDBY_MS = 2_000;
/** If the database was away, the process that had the lock asks first, so that it stays the one. */
const REGAIN_MS = 250;
const GRACE_MS = 10_000;
/** How often the connection is tested. */
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 5_000;
/** The server finds within 20 s that the machine of a bot is gone. Sockets of the same machine need and take no such setting. */
const KEEPALIVE = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 2';

export interface OnlyBotOptions {
  databaseUrl: string;
  /** The id of the application. */
  bot: string;
  log: Logger;
  /** Called if another process has taken over. */
  onLost(): void;
}

/**
 * Lets one process at a time connect to Discord as a bot, by an advisory lock on a connection of its own. PostgreSQL releases the lock
 * when the process ends in any way, and another process takes over.
 */
export class OnlyBot {
  readonly #options: OnlyBotOptions;
  /** Tells the connections of this process from those of others. */
  readonly #name = `proxy-ops bot ${randomUUID().slice(0, 8)}`;
  readonly #stopped = new AbortController();
  #session: Session | undefined;
  #ended: Promise<void> = Promise.resolve();
  #holding: Promise<void> = Promise.resolve();

  constructor(options: OnlyBotOptions) {
    this.#options = options;
  }

  /** Waits until no other process holds the lock, and then holds it. */
  async enter(): Promise<void> {
    const { log } = this.#options;
    let hasTold = false;
    while (!(await this.#try(GRACE_MS))) {
      if (!hasTold) log.warn('another process runs this bot, so this one waits as a standby until that one ends');
      hasTold = true;
      await this.#pause(STANDBY_MS);
    }
    if (hasTold) log.info('the other process has ended, so this one takes over');
    this.#holding = this.#hold().catch(ignoring('it ends only when it is stopped'));
  }

  /** Releases the lock, or ends the wait for it. */
  async leave(): Promise<void> {
    this.#stopped.abort();
    await this.#holding;
    await this.#close();
  }

  async #hold(): Promise<never> {
    for (;;) {
      await Promise.race([this.#pause(HEARTBEAT_MS), this.#ended]);
      if (await this.#isAlive()) continue;
      await this.#close();
      if (!(await this.#try(REGAIN_MS))) this.#options.onLost();
    }
  }

  async #isAlive(): Promise<boolean> {
    try {
      await this.#session?.query('select 1');
      return true;
    } catch (err) {
      this.#options.log.warn({ err }, 'the connection that holds the lock of the bot broke');
      return false;
    }
  }

  /**
   * Tries to take the lock, and again while the database is away.
   *
   * @returns false if another process has it
   */
  async #try(pauseMs: number): Promise<boolean> {
    for (;;) {
      try {
        return await this.#take();
      } catch (err) {
        this.#options.log.debug({ err }, 'the lock of the bot cannot be taken while the database is away');
        await this.#close();
        await this.#pause(pauseMs);
      }
    }
  }

  /** Takes the lock if no other process has it. */
  async #take(): Promise<boolean> {
    this.#session ??= await this.#connect();
    const key = [LOCK, this.#options.bot];
    const { rows } = await this.#session.query(TAKE, key);
    if (rows[0].isTaken) return true;
    // A connection of this process that broke may still be open in the server.
    await this.#session.query(END_OWN, [...key, this.#name]);
    return (await this.#session.query(TAKE, key)).rows[0].isTaken;
  }

  async #connect(): Promise<Session> {
    const session = await openSession({
      connectionString: this.#options.databaseUrl,
      application_name: this.#name,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    await session.query(KEEPALIVE);
    this.#ended = new Promise((end) => session.once('end', () => end()));
    return session;
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.end().catch(ignoring('the connection is broken'));
  }

  #pause(ms: number): Promise<void> {
    return wait(ms, undefined, { signal: this.#stopped.signal });
  }
}

const LOCK = 'proxy-ops.bot';
const TAKE = 'select pg_try_advisory_lock(hashtext($1), hashtext($2)) as "isTaken"';
/** Ends a connection with this name that holds the lock, and waits until it has ended. */
const END_OWN = `select pg_terminate_backend(l.pid, 2000) from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = hashtext($1)::oid and l.objid = hashtext($2)::oid and a.application_name = $3 and l.pid <> pg_backend_pid()`;
