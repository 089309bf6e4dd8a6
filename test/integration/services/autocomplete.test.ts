import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { Shutdown } from '../../../src/base/shutdown.ts';
import { Reads } from '../../../src/db/reads.ts';
import { AutocompleteService } from '../../../src/services/autocomplete-service.ts';
import type { Services } from '../../../src/services/services.ts';
import { buildServices } from '../../../src/wiring/build-services.ts';
import { type Core, openCore } from '../../../src/wiring/core.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const ACTOR = { id: '1', name: 'Ann' };

let database: TestDatabase;
let shutdown: Shutdown;
let core: Core;
let services: Services;

beforeAll(async () => {
  database = await createTestDatabase();
  const log = createLogger('silent');
  shutdown = new Shutdown(log, 10_000);
  const config = {
    discord: { guildId: '1', opsChannelId: '2', apiUrl: 'http://127.0.0.1:9' },
    checks: {
      targets: [],
      intervalMs: 0,
      timeoutMs: 1_000,
      concurrency: 1,
      ca: undefined,
      reach: 'loopback' as const,
    },
    allowPrivateProxies: true,
  };
  const encryptionKey = randomBytes(32);
  core = await openCore({ config, databaseUrl: database.url, encryptionKey, log, shutdown });
  services = buildServices(core, config);
  await database.pool.query(`insert into models (name, key) values ('Amber', 'amber')`);
  await database.pool.query(`insert into accounts (username, key, model_id) values ('anna', 'anna', 1)`);
});
afterAll(async () => {
  await shutdown.run();
  await database.drop();
});

/** Takes every connection of every lane. */
async function takePool(): Promise<() => void> {
  const pools = Object.values(core.lanes).map(({ pool }) => pool);
  const taken = await Promise.all(
    pools.flatMap((pool) => Array.from({ length: pool.options.max }, () => pool.connect())),
  );
  return () => {
    for (const client of taken) client.release();
  };
}

test('autocomplete and the check of a token wait for no connection of the pool', async () => {
  const { id: vpsId } = await services.vps.add(ACTOR, { name: 'vps-1', environment: 'production' });
  const { token } = await services.tokens.create(ACTOR, vpsId);
  const giveBack = await takePool();
  try {
    const { autocomplete, tokens } = services;
    expect(await autocomplete.values('model', 'amb', 25)).toEqual(['Amber']);
    expect(await autocomplete.accounts('ann', 25)).toMatchObject([{ username: 'anna' }]);
    expect(await autocomplete.proxies('', 25)).toEqual([]);
    expect(await autocomplete.vps('VPS', 25)).toEqual(['vps-1']);
    expect(await autocomplete.environments('prod', 25)).toEqual(['production']);
    expect(await autocomplete.actors('an', 25)).toEqual([ACTOR]);
    expect(await tokens.identify(token)).toMatchObject({ kind: 'vps', vps: 'vps-1' });
  } finally {
    giveBack();
  }
});

test('autocomplete does not wait for a lookup of the API', async () => {
  await database.pool.query('create table held (id int)');
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('lock table held');
    const lookup = core.lookups.query('select id from held', []);
    expect(await services.autocomplete.values('model', 'amb', 25)).toEqual(['Amber']);
    await client.query('rollback');
    expect(await lookup).toEqual([]);
  } finally {
    client.release();
  }
});

test('whatever is typed, few statements are prepared', async () => {
  const reads = new Reads({ url: database.url, log: createLogger('silent'), plansForValues: true });
  const choices = new AutocompleteService({ reads });
  const typed = ['', '#7', '12', 'a', 'a b c', 'ä', '10.0.0.1', '10.0.0.1:80', '%_\\', 'x,y', '"q"', 'provider:acme'];
  const ask = async (text: string) => {
    for (const isMasked of [true, false]) {
      await choices.proxies(text, 25, isMasked);
      await choices.accounts(text, 25, isMasked);
    }
    for (const kind of ['provider', 'country', 'tag', 'model'] as const) await choices.values(kind, text, 25);
    for (const of of ['actors', 'sources', 'vps', 'environments'] as const) await choices[of](text, 25);
  };
  const count = async () => (await reads.query('select count(*)::int as n from pg_prepared_statements', []))[0]?.n;
  for (const text of typed) await ask(text);
  const before = await count();
  for (const text of typed) await ask(`${text}${text}9`);
  expect(await count()).toBe(before);
  await reads.close();
});
