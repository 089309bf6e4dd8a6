import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import manifest from '../../package.json' with { type: 'json' };
import { botSettings } from '../../sandbox/bot-settings.ts';
import type { UserName } from '../../sandbox/server/ids.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server/index.ts';
import type { ApiMessage } from '../../sandbox/server/state/render.ts';
import type { Upload } from '../../sandbox/server/state/state.ts';
import { parseTarget } from '../../src/domain/health/check-target.ts';
import { loadKeyFile } from '../../src/secrets/key-file.ts';
import { withDatabase } from '../kit/database.ts';
import type { Figure } from '../kit/figures.ts';
import { fillPool } from '../kit/full-pool.ts';
import { delaysIn } from '../kit/percentiles.ts';
import type { BotReport, BotSetup } from './bot.ts';
import { buttonOf, type Taken, take, textOf } from './channel.ts';
import { figuresOf, IMPORT_LINES, type Imported, type Lookup, printMeasured } from './figures.ts';
import { cpuOfMachine, cpuOfTree, parentOf, peakMemoryMib } from './machine.ts';
import { createPerson, seeded } from './people.ts';

const PEOPLE = 50;
const SECONDS = 40;
const LONGEST_SECONDS = 150;
const IMPORT_STARTS_MS = 2_000;
const PING_EVERY_MS = 100;
/** A program asks for the proxy of an account, one after the other. */
const LOOKUP_EVERY_MS = 100;
const API_TOKEN = 'token-of-the-bench';
/** Between an answer and the next action. */
const THINKING_MS = { least: 500, most: 2_500 };
const SEED = 14;
/** The monitor is measured elsewhere; here nothing is checked. */
const NO_CHECKS: BotSetup['config']['checks'] = {
  targets: [parseTarget('https://localhost:9/')],
  intervalMs: 0,
  timeoutMs: 2_000,
  concurrency: 20,
  ca: undefined,
  reach: 'loopback',
};
/** Operators and admins take turns; a viewer could not change anything. */
const USERS: UserName[] = ['ada', 'otto', 'olga'];

/**
 * 50 people at the full pool (100,000 proxies, 300,000 accounts of 200 models, 500 VPS) for 40 s, and until an import of 100,000 lines,
 * staged and committed at the same time, has ended. The bot is a process of its own; beside it a bare discord.js bot answers `/ping`.
 */
export function loadBench(): Promise<Figure[]> {
  return withDatabase(
    async (ownerUrl, { superuserUrl, workingUrl }) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-bench-load-'));
      const client = new pg.Client(superuserUrl);
      const stops: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
      try {
        await client.connect();
        stops.push(() => client.end());
        const filler = new pg.Pool({ connectionString: ownerUrl });
        await fillPool(filler);
        await filler.end();
        await client.query('create extension if not exists pg_stat_statements');
        await client.query('select pg_stat_statements_reset()');
        const bare = await startBare(stops);
        const { sandbox, bot, apiUrl } = await startOurs({ databaseUrl: workingUrl, ownerUrl }, dataDir, stops);
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        const postmaster = parentOf(rows[0]?.pid ?? 0) ?? 0;
        const figures = await measure({ sandbox, bot, apiUrl, bare, postmaster });
        await printStatements(client);
        return figures;
      } finally {
        for (const stop of stops.reverse()) await stop();
      }
    },
    { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'all' },
  );
}

async function startBare(stops: (() => unknown)[]): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0 });
  stops.push(() => sandbox.stop());
  const child = fork(join(import.meta.dirname, 'bare-bot.ts'), [sandbox.botToken, sandbox.apiUrl, sandbox.guildId], {
    detached: true,
  });
  stops.push(() => end(child));
  await once(child, 'message');
  return sandbox;
}

async function startOurs(urls: Pick<BotSetup, 'databaseUrl' | 'ownerUrl'>, dataDir: string, stops: (() => unknown)[]) {
  const sandbox = await startSandbox({ port: 0 });
  stops.push(() => sandbox.stop());
  const setup: BotSetup = {
    config: {
      ...botSettings(sandbox),
      checks: NO_CHECKS,
      http: { host: '127.0.0.1', port: 0, apiToken: API_TOKEN },
      modelCooldownDays: 7,
      accountsPerProxy: 3,
      allowPrivateProxies: true,
    },
    ...urls,
    encryptionKey: Buffer.from(loadKeyFile(dataDir)).toString('base64'),
    profile: process.env.BENCH_PROFILE,
  };
  // A session of its own, as in production: Linux divides the processor by sessions.
  const bot = fork(join(import.meta.dirname, 'bot.ts'), {
    serialization: 'advanced',
    execArgv: startFlags(),
    detached: true,
  });
  stops.push(() => end(bot));
  bot.send(setup);
  const [apiUrl] = (await once(bot, 'message')) as [string];
  return { sandbox, bot, apiUrl };
}

/** The flags with which `npm start` runs Node. */
function startFlags(): string[] {
  const words = manifest.scripts.start.split(' ');
  return words.filter((word) => word.startsWith('--'));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

interface Running {
  sandbox: Sandbox;
  bot: ChildProcess;
  apiUrl: string;
  bare: Sandbox;
  /** Process id of PostgreSQL; 0 if unknown. */
  postmaster: number;
}

async function measure({ sandbox, bot, apiUrl, bare, postmaster }: Running): Promise<Figure[]> {
  const file = createList();
  const ownDelays = monitorEventLoopDelay({ resolution: 5 });
  ownDelays.enable();
  bot.send('measure');
  const cpuBefore = { database: cpuOfTree(postmaster), programs: cpuOfTree(process.pid), machine: cpuOfMachine() };
  const started = performance.now();
  const taken: Taken[] = [];
  const pings: number[] = [];
  const lookups: Lookup[] = [];
  const state = { isOver: false };
  const people = Array.from({ length: PEOPLE }, (_, index) => live({ sandbox, index, taken, state }));
  const pinging = ping(bare, pings, state);
  const lookingUp = lookUp(apiUrl, lookups, state);
  const importing = importList(sandbox, file);
  const inTime = new AbortController();
  await Promise.race([
    Promise.all([delay(SECONDS * 1_000), importing]),
    delay(LONGEST_SECONDS * 1_000, undefined, { signal: inTime.signal }),
  ]);
  inTime.abort();
  state.isOver = true;
  ownDelays.disable();
  const seconds = (performance.now() - started) / 1_000;
  const databaseCpuMs = cpuOfTree(postmaster) - cpuBefore.database;
  const ownCpuMs = cpuOfTree(process.pid) - cpuBefore.programs + databaseCpuMs;
  const othersCpuMs = cpuOfMachine() - cpuBefore.machine - ownCpuMs;
  await Promise.all([...people, pinging, lookingUp]);
  const answered = once(bot, 'message') as Promise<[BotReport]>;
  bot.send('report');
  const [report] = await answered;
  const imported = await Promise.race([importing, delay(0, undefined)]);
  const eventLoopDelay = delaysIn(ownDelays);
  printMeasured({ taken, pings, lookups, report, eventLoopDelay, seconds, databaseCpuMs, othersCpuMs });
  return figuresOf({ taken, pings, lookups, report, imported, memoryMib: peakMemoryMib(bot.pid ?? 0) });
}

async function live(person: { sandbox: Sandbox; index: number; taken: Taken[]; state: { isOver: boolean } }) {
  const { sandbox, index, taken, state } = person;
  const random = seeded(SEED * 1_000 + index);
  const next = createPerson(SEED * 100 + index);
  const user = USERS[index % USERS.length] ?? 'ada';
  const think = () => delay(THINKING_MS.least + random() * (THINKING_MS.most - THINKING_MS.least));
  await delay(random() * THINKING_MS.most);
  while (!state.isOver) {
    taken.push(await take(sandbox, user, next()));
    await think();
  }
}

async function ping(bare: Sandbox, pings: number[], state: { isOver: boolean }): Promise<void> {
  while (!state.isOver) {
    const options = { kind: 'command', name: '/ping', path: '/ping', options: {}, isReading: true } as const;
    pings.push((await take(bare, 'ada', options)).firstMs);
    await delay(PING_EVERY_MS);
  }
}

async function lookUp(apiUrl: string, lookups: Lookup[], state: { isOver: boolean }): Promise<void> {
  const random = seeded(SEED);
  while (!state.isOver) {
    const started = performance.now();
    const url = `${apiUrl}/api/accounts/account.${1 + Math.floor(random() * 299_000)}/proxy`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${API_TOKEN}` } });
    await response.arrayBuffer();
    lookups.push({ ms: performance.now() - started, status: response.status });
    await delay(LOOKUP_EVERY_MS);
  }
}

/** Made before anything is measured, since it takes the process that acts for half a second. */
function createList(): Upload {
  const lines = Array.from(
    { length: IMPORT_LINES },
    (_, n) => `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}:${10_000 + (n % 50_000)}:customer-${n}:s3cret-${n}`,
  );
  return { name: 'list.txt', data: Buffer.from(lines.join('\n')) };
}

/** Uploads a list as a person does, and presses the button as soon as it appears. */
async function importList(sandbox: Sandbox, file: Upload): Promise<Imported | undefined> {
  await delay(IMPORT_STARTS_MS);
  const operator = sandbox.operator('ada');
  const started = performance.now();
  const interaction = await operator.command('/proxy import', { file });
  const limit = LONGEST_SECONDS * 1_000;
  const late = () => new Error('the import did not go on');
  const shown = () => interaction.effects.map(({ messageId }) => operator.message(messageId));
  const withButton = () =>
    shown().find((message): message is ApiMessage => !!message && !!buttonOf(message, 'Import '));
  try {
    const preview = await sandbox.events.until(withButton, limit, late);
    const previewMs = performance.now() - started;
    const clicked = performance.now();
    await operator.click(preview.id, buttonOf(preview, 'Import ') ?? '');
    const isDone = () => (textOf(operator.message(preview.id) ?? preview).includes('Imported ') ? true : undefined);
    await sandbox.events.until(isDone, limit, late);
    return { previewMs, commitMs: performance.now() - clicked };
  } catch {
    return undefined;
  }
}

/** Where PostgreSQL's time went. */
async function printStatements(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select round(total_exec_time) as total_ms, calls, round(mean_exec_time::numeric, 1) as mean_ms, round(max_exec_time) as max_ms,
       left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query
     from pg_stat_statements order by total_exec_time desc limit 25`,
  );
  console.table(rows);
}
