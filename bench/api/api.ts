import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fastify } from 'fastify';
import { openSandbox } from '../../sandbox/open.ts';
import { createLogger } from '../../src/base/logger.ts';
import { Shutdown } from '../../src/base/shutdown.ts';
import { connect, type Pool } from '../../src/db/client.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { loadKeyFile } from '../../src/secrets/key-file.ts';
import { seal } from '../../src/secrets/seal.ts';
import type { TokenService } from '../../src/services/vps/token-service.ts';
import { startApp } from '../../src/wiring/app.ts';
import { sandboxChecks } from '../../src/wiring/sandbox-mode.ts';
import { withDatabase } from '../kit/database.ts';
import type { Figure } from '../kit/figures.ts';
import { FULL, fillPool } from '../kit/full-pool.ts';
import type { Load, Measured } from './api-load.ts';

const MIN_RATE = 0.9;
const MAX_P99 = 1.5;
const CONNECTIONS = 32;
const ROUNDS = 3;
const ROUND = { warmUpMs: 500, ms: 2_500 };
const REQUESTS = 50_000;
const MACHINES = 500;
const STOP_MS = 10_000;

/** The floor: one prepared SELECT over the tables that the answer is in, and nothing else. */
const BARE = `select a.id, a.username, m.name as model, s.assigned_at, p.id as proxy_id, p.type, p.host, p.port, p.username as login
  from accounts a join models m on m.id = a.model_id join account_proxy_assignments s on s.account_id = a.id join proxies p on p.id = s.proxy_id
  where a.key = $1`;

/** `GET /api/accounts/:id/proxy` of the whole bot with 500 tokens over 300,000 accounts, beside a bare route. */
export function apiBench(): Promise<Figure[]> {
  return withDatabase(async (url) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-bench-api-'));
    const log = createLogger('warn');
    const shutdown = new Shutdown(log, STOP_MS);
    try {
      const { db, pool, close } = connect(url, { log });
      shutdown.add('database', close);
      await fillPool(pool);
      const encryptionKey = loadKeyFile(dataDir);
      await openKeyring(db, encryptionKey).then((keyring) =>
        db.transaction(async (tx) => sealAll(pool, await keyring.current(tx))),
      );
      const sandbox = await openSandbox({ port: 0, dataDir });
      shutdown.add('sandbox', sandbox.stop);
      const checks = { ...sandboxChecks(sandbox.checks), intervalMs: 0 };
      const http = { host: '127.0.0.1', port: 0, apiToken: undefined };
      const config = {
        ...sandbox,
        checks,
        http,
        modelCooldownDays: 7,
        accountsPerProxy: 3,
        allowPrivateProxies: false,
      };
      const { services, apiUrl } = await startApp({ config, databaseUrl: url, encryptionKey, log, shutdown });
      const bare = await startBare(pool, shutdown);
      return await measure(Number(new URL(apiUrl ?? '').port), bare, await requestsOf(services.tokens));
    } finally {
      await shutdown.run();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
}

/** Every proxy gets a password, as providers have it. */
async function sealAll(pool: Pool, key: Parameters<typeof seal>[0]): Promise<void> {
  const { rows } = await pool.query<{ id: number; credential: string }>(
    'select id, credential_id as credential from proxies',
  );
  const sealed = rows.map((row) => seal(key, `password-${row.id}`, row.credential, 'password'));
  await pool.query(
    'update proxies p set password_sealed = s.sealed from unnest($1::int[], $2::bytea[]) s (id, sealed) where p.id = s.id',
    [rows.map((row) => row.id), sealed],
  );
  await pool.query('vacuum analyze proxies');
}

async function startBare(pool: Pool, shutdown: Shutdown): Promise<number> {
  const app = fastify();
  app.get<{ Params: { id: string } }>('/bare/:id', async ({ params }) => {
    const { rows } = await pool.query({ name: 'bare', text: BARE, values: [params.id] });
    return rows[0];
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  shutdown.add('bare route', () => app.close());
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Accounts in no order, each asked for with the token of its VPS. */
async function requestsOf(tokens: TokenService): Promise<string[]> {
  const made = new Map<number, string>();
  for (let vps = 1; vps <= MACHINES; vps++) {
    made.set(vps, (await tokens.create({ id: 'bench', name: 'bench' }, vps)).token);
  }
  return Array.from({ length: REQUESTS }, (_, index) => {
    // Steps that share no factor with the number of accounts come past all of them before one comes again.
    const account = 1 + ((index * 7_919) % (FULL.accounts - 800));
    const token = made.get(1 + (account % MACHINES)) ?? '';
    return `GET /api/accounts/account.${account}/proxy HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  });
}

async function measure(port: number, barePort: number, requests: readonly string[]): Promise<Figure[]> {
  const bareRequests = requests.map((request) =>
    request.replace(/\/api\/accounts\/(\S+)\/proxy/, '/bare/$1').replace(/Authorization: .*\r\n/, ''),
  );
  const ours: Measured[] = [];
  const floor: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(await load({ port: barePort, connections: CONNECTIONS, ...ROUND, requests: bareRequests }));
    ours.push(await load({ port, connections: CONNECTIONS, ...ROUND, requests }));
  }
  const failures = [...ours, ...floor].reduce((sum, each) => sum + each.failures, 0);
  if (failures > 0) throw new Error(`${failures} answers were not 200`);
  const rate = middle(ours, 'perSecond') / middle(floor, 'perSecond');
  const p99 = middle(ours, 'p99Ms') / middle(floor, 'p99Ms');
  const what = 'GET /api/accounts/:id/proxy';
  const figure = (key: keyof Measured, unit: string) => ({
    ours: `${middle(ours, key).toFixed(key === 'perSecond' ? 0 : 1)} ${unit}`,
    floor: `a bare route ${middle(floor, key).toFixed(key === 'perSecond' ? 0 : 1)} ${unit}`,
  });
  return [
    {
      what: `${what}, requests`,
      ...figure('perSecond', '/s'),
      ratio: rate,
      limit: `at least ${MIN_RATE}`,
      isMet: rate >= MIN_RATE,
    },
    {
      what: `${what}, p99`,
      ...figure('p99Ms', 'ms'),
      ratio: p99,
      limit: `under ${MAX_P99} times`,
      isMet: p99 < MAX_P99,
    },
  ];
}

const middle = (rounds: readonly Measured[], key: keyof Measured) =>
  rounds.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;

async function load(asked: Load): Promise<Measured> {
  const worker = new Worker(new URL('./api-load.ts', import.meta.url), { workerData: asked });
  const [measured] = (await once(worker, 'message')) as [Measured];
  return measured;
}
