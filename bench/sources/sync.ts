import { randomBytes } from 'node:crypto';
import { createLogger } from '../../src/base/logger.ts';
import { connect, type Database, transactionOn } from '../../src/db/client.ts';
import { copyIn } from '../../src/db/copy.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { copyStatement } from '../../src/domain/parse/staged-rows.ts';
import type { ListedPage, ListedProxy } from '../../src/domain/sources/listed.ts';
import { fingerprint } from '../../src/secrets/fingerprint.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { PoolChangeService } from '../../src/services/pool-changes/pool-change-service.ts';
import { listPieces } from '../../src/services/sources/list-rows.ts';
import { SourceService } from '../../src/services/sources/source-service.ts';
import { SourceSyncs } from '../../src/services/sources/source-syncs.ts';
import { SyncDecisions } from '../../src/services/sources/sync-decisions.ts';
import { withDatabase } from '../kit/database.ts';
import { type Figure, ms } from '../kit/figures.ts';

const PROXIES = 100_000;
const PAGE = 1000;
const CHANGED_EACH = 100;
const MAX_RATIO = 3;
const ROUNDS = 5;
const ACTOR = { id: 'bench', name: 'bench' };

const NOTHING = { provider: null, label: null, tags: [], notes: null, expiresAt: null, monthlyCost: null };

function listed(n: number, round: number): ListedProxy {
  const password = `s3cret-${n}-${n % CHANGED_EACH === 0 ? round : 0}`;
  const host = `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  const fields = { host, port: 8168, type: 'http' as const, username: `customer-${n}`, password };
  return {
    externalId: `d-${n}`,
    state: 'active',
    fields: { ...fields, ...NOTHING, country: 'US', city: 'New York', changeIpUrl: null, externalId: null },
  };
}

const listOf = (round: number) => Array.from({ length: PROXIES }, (_, n) => listed(n, round));

async function* pagesOf(list: readonly ListedProxy[]): AsyncGenerator<ListedPage> {
  for (let from = 0; from < list.length; from += PAGE) {
    yield { proxies: list.slice(from, from + PAGE), replacements: [], refused: [], total: list.length };
  }
}

/** A sync of a list in memory, with 1 % new passwords, beside a COPY of the list and one SELECT that compares it. */
export function syncListBench(): Promise<Figure[]> {
  return withDatabase(async (url) => {
    const database = connect(url, { log: createLogger('silent') });
    try {
      return await measure(database);
    } finally {
      await database.close();
    }
  });
}

async function measure(database: Database): Promise<Figure[]> {
  const { db } = database;
  const keyring = await openKeyring(db, randomBytes(32));
  let list = listOf(0);
  const reader = { read: () => pagesOf(list), test: async () => null };
  const alerts = new AlertService({ db, opsChannelId: '1', guildId: '1' });
  const assignments = new AssignmentService({ db });
  const log = createLogger('silent');
  const syncs = new SourceSyncs({ ...database, keyring, reader, alerts, assignments, log });
  const changes = new PoolChangeService({ db, assignments });
  const sources = new SourceService({ db, keyring, syncs });
  const decisions = new SyncDecisions({ db, changes, assignments });
  const added = await sources.add(ACTOR, await sources.draft('webshare', { name: 'bench' }), { key: 'k' });
  await decisions.apply(ACTOR, added.preview?.planId ?? 0);
  await database.pool.query('vacuum analyze');
  const ours: number[] = [];
  const floors: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    list = listOf(round);
    floors.push(await timed(() => floor(database, list, keyring.fingerprintKey)));
    ours.push(await timed(() => sources.sync(ACTOR, added.source.id)));
  }
  const [mine, plain] = [median(ours), median(floors)];
  return [
    {
      what: 'a sync of 100,000 proxies of which 1,000 have changed',
      ours: ms(mine),
      floor: `COPY and one SELECT ${ms(plain)}`,
      ratio: mine / plain,
      limit: `${MAX_RATIO} times`,
      isMet: mine / plain <= MAX_RATIO,
    },
  ];
}

/** The list in a temporary table, and one statement that finds what differs. */
function floor({ pool }: Database, list: readonly ListedProxy[], key: Uint8Array): Promise<void> {
  return transactionOn(pool, async (_tx, client) => {
    await client.query(`create temp table listed_proxies (plan_id bigint, line integer, state text, host text, port integer, type proxy_type,
      username text, password_fingerprint bytea, country text, city text, expires_at timestamptz, monthly_cost numeric(12, 2), external_id text)
      on commit drop`);
    const pieces = listPieces(1, list, (password) => fingerprint(key, password));
    await copyIn(client, copyStatement('listed_proxies'), pieces);
    await client.query('analyze listed_proxies');
    await client.query(`select count(*) from listed_proxies r full join proxies p
      on (p.host, p.port, p.username, p.password_fingerprint) = (r.host, r.port, r.username, r.password_fingerprint)
      where p.id is null or r.line is null or (p.country, p.city) is distinct from (r.country, r.city)`);
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
