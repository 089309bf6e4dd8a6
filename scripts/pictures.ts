import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { fillPool } from '../bench/kit/full-pool.ts';
import { openSandbox } from '../sandbox/open.ts';
import { createLogger } from '../src/base/logger.ts';
import { Shutdown } from '../src/base/shutdown.ts';
import { openEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { loadKeyFile } from '../src/secrets/key-file.ts';
import { startApp } from '../src/wiring/app.ts';
import { sandboxChecks } from '../src/wiring/sandbox-mode.ts';
import { launchBrowser } from '../test/helpers/bot/browser.ts';

const OUT = resolve(import.meta.dirname, '../docs/images');
const COMMANDS = ['/proxy stats', '/vps map'];
const STOP_DEADLINE_MS = 30_000;

const ONE = [
  `insert into models (name, key) values ('Amber', 'amber')`,
  `insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider)
   values ('203.0.113.1', 8080, 'http', '', gen_random_uuid(), '\\x00', 'Acme')`,
  `insert into proxy_model_claims (proxy_id, model_id) values (1, 1)`,
  `insert into vps (name, key) values ('nova-1', 'nova-1')`,
  `insert into accounts (username, key, model_id, vps_id) values ('ann', 'ann', 1, 1)`,
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason) values (1, 1, 1, 1, 'docs', 'docs')`,
];

/**
 * 200 proxies of four providers and 455 accounts of six models, on a day when one provider has trouble and two models lack room; four
 * VPS with a third of their use documented, and one spare proxy.
 */
const SAMPLE = [
  `insert into models (name, key) select name, lower(name) from unnest(array['Amber', 'Bella', 'Cora', 'Dahlia', 'Esme', 'Freya']) name`,
  `insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider, expires_at)
   select '203.0.113.' || n, 8080, 'http', 'u' || n, gen_random_uuid(), '\\x00', (array['Northwind', 'Northwind', 'Acme', 'Globex', 'Umbra'])[1 + n % 5],
     case when n % 20 = 0 then now() + interval '5 days' end from generate_series(1, 200) n`,
  `insert into proxy_health (proxy_id, health) select id, (case when provider = 'Globex' and id % 3 = 0 or id % 41 = 0 then 'failing'
     when id % 17 = 0 then 'degraded' when id % 29 = 0 then 'unknown' else 'healthy' end)::proxy_health_state from proxies`,
  `insert into proxy_model_claims (proxy_id, model_id, cooling_until)
   select id, 1 + id % 6, case when id > 180 then now() + interval '3 days' end from proxies`,
  `insert into accounts (username, key, model_id) select m.key || '.' || n, m.key || '.' || n, m.id
   from models m cross join lateral generate_series(1, (array[40, 55, 75, 85, 100, 100])[m.id]) n`,
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
   select a.id, p.proxy_id, p.model_id, 1 + a.nth / 30, 'docs', 'docs' from (
     select id, model_id, row_number() over (partition by model_id order by id) - 1 as nth from accounts
   ) a join (
     select proxy_id, model_id, row_number() over (partition by model_id order by proxy_id) - 1 as nth from proxy_model_claims where cooling_until is null
   ) p on p.model_id = a.model_id and p.nth = a.nth % 30 where a.nth < 90`,
  `insert into vps (name, key, environment) values ('nova-1', 'nova-1', 'production'), ('nova-2', 'nova-2', 'production'), ('vega-1', 'vega-1', 'staging'), ('vega-2', 'vega-2', 'staging')`,
  `update accounts set vps_id = (array[1, 1, 2, 2, 2, 3])[model_id] where id % 7 > 0`,
  `update accounts set vps_id = 4 where model_id = 6 and id > 440`,
  `insert into vps_proxy_mappings (vps_id, proxy_id, created_by) select distinct a.vps_id, s.proxy_id, 'docs'
   from account_proxy_assignments s join accounts a on a.id = s.account_id where a.vps_id is not null and s.proxy_id % 3 = 0`,
  `insert into vps_proxy_mappings (vps_id, proxy_id, notes, created_by) values (4, 190, 'spare', 'docs')`,
];

/** The subject of each picture. */
const POOLS = {
  nothing: async () => {},
  one: (pool: pg.Pool) => runAll(pool, ONE),
  sample: (pool: pg.Pool) => runAll(pool, SAMPLE),
  '100k': fillPool,
};

async function runAll(pool: pg.Pool, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await pool.query(statement);
}

/** Takes the pictures of docs/pictures.md: what the real bot answers, on the sandbox page, in both themes. */
async function main(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-pictures-'));
  const log = createLogger('warn');
  const shutdown = new Shutdown(log, STOP_DEADLINE_MS);
  try {
    const database = await openEmbedded({ dataDir, log });
    shutdown.add('database', database.stop);
    const browser = await launchBrowser();
    shutdown.add('browser', () => browser.close());
    for (const [name, fill] of Object.entries(POOLS)) {
      const databaseUrl = await createDatabase(database.url, name, fill);
      await takePictures(name, browser, { databaseUrl, dataDir: join(dataDir, name) });
    }
  } finally {
    await shutdown.run();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function takePictures(
  name: string,
  browser: Browser,
  at: { databaseUrl: string; dataDir: string },
): Promise<void> {
  const log = createLogger('warn');
  const shutdown = new Shutdown(log, STOP_DEADLINE_MS);
  try {
    const sandbox = await openSandbox({ port: 0, dataDir: at.dataDir });
    shutdown.add('sandbox', sandbox.stop);
    const checks = { ...sandboxChecks(sandbox.checks), intervalMs: 0 };
    const config = { ...sandbox, checks, modelCooldownDays: 7, accountsPerProxy: 3, allowPrivateProxies: false };
    await startApp({ config, databaseUrl: at.databaseUrl, encryptionKey: loadKeyFile(at.dataDir), log, shutdown });
    for (const theme of name === 'sample' ? ['dark', 'light'] : ['dark']) {
      const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
      await page.goto(sandbox.url);
      await page.evaluate((wanted) => localStorage.setItem('theme', wanted), theme);
      await page.reload();
      await page.getByText('bot online').waitFor();
      for (const command of COMMANDS) {
        const messages = await page.locator('.message').count();
        await page.getByRole('combobox', { name: /Message #ops/ }).fill(command);
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Send' }).click();
        const answer = page.locator('.message').nth(messages);
        await answer.locator('.container').waitFor();
        await page.waitForLoadState('networkidle');
        const file = [command.slice(1).replace(' ', '-'), name, ...(theme === 'light' ? [theme] : [])].join('-');
        await answer.locator('.container').screenshot({ path: join(OUT, `${file}.png`) });
      }
      await page.close();
    }
  } finally {
    await shutdown.run();
  }
}

/** A database of its own, so that every picture begins with nothing. */
async function createDatabase(url: string, name: string, fill: (pool: pg.Pool) => Promise<void>): Promise<string> {
  const own = new URL(url);
  own.pathname = `pictures_${name}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database pictures_${name}`);
  await client.end();
  // Filled before the bot runs, since it would assign waiting accounts at the same time.
  await migrate(own.href, createLogger('warn'));
  const pool = new pg.Pool({ connectionString: own.href });
  await fill(pool);
  await pool.end();
  return own.href;
}

await main();
