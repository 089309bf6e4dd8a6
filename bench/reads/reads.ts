import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createLogger } from '../../src/base/logger.ts';
import { connect, type Db } from '../../src/db/client.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { AccountService } from '../../src/services/accounts/account-service.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { AutocompleteService } from '../../src/services/autocomplete-service.ts';
import { AuditService } from '../../src/services/logs/audit-service.ts';
import { HistoryService } from '../../src/services/logs/history-service.ts';
import { Pictures } from '../../src/services/pictures/pictures.ts';
import { ProxyService } from '../../src/services/proxies/proxy-service.ts';
import { FiguresService } from '../../src/services/stats/figures-service.ts';
import { StatsService } from '../../src/services/stats/stats-service.ts';
import { VpsMapService } from '../../src/services/vps/vps-map-service.ts';
import { VpsService } from '../../src/services/vps/vps-service.ts';
import { withDatabase } from '../kit/database.ts';
import type { Figure } from '../kit/figures.ts';
import { fillPool } from '../kit/full-pool.ts';
import { CASES, type Case, type Read } from './cases.ts';
import { explain, noteStatements, type Statement } from './statements.ts';

/** The first run warms the caches of the database up. */
const RUNS = 7;
const MAX_STATEMENT_MS = 20;
const MAX_VIEW_MS = 20;

/** Rows that the pool of the other benchmarks does not have: proxies that were used, links of VPS, and a log. */
const MORE = [
  "insert into proxy_use (proxy_id, last_used_at) select id, now() - id * interval '1 second' from proxies where id <= 99820",
  `insert into vps_proxy_mappings (vps_id, proxy_id, created_by)
   select distinct a.vps_id, s.proxy_id, 'bench' from accounts a join account_proxy_assignments s on s.account_id = a.id where a.id % 3 > 0`,
  `insert into vps_proxy_mappings (vps_id, proxy_id, created_by)
   select 1 + n % 500, 1 + n * 7 % 100000, 'bench' from generate_series(1, 5000) n on conflict do nothing`,
  `insert into audit_log (at, actor_id, actor_name, action, entity, entity_id)
   select now() - (200000 - n) * interval '1 minute', 'discord:' || n % 50, 'Person ' || n % 50,
     (array['proxy.edit', 'account.add', 'vps.link'])[1 + n % 3], (array['proxy', 'account', 'vps'])[1 + n % 3], (n % 1000)::text
   from generate_series(1, 200000) n`,
  'vacuum analyze',
];

/** The answers that people read, one after another at the full pool: the time of each, and the plans of statements over 20 ms. */
export function readsBench(): Promise<Figure[]> {
  return withDatabase(async (url) => {
    const log = createLogger('warn');
    const { db, pool, close } = connect(url, { log });
    const pictures = new Pictures({ log });
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await fillPool(pool);
      for (const statement of MORE) await pool.query(statement);
      const keyring = await openKeyring(db, randomBytes(32));
      const noted = noteStatements();
      const measured: Measured[] = [];
      for (const each of CASES) measured.push(await measure(each, () => servicesOf(db, keyring, pictures), noted));
      print(measured);
      for (const { what, slowest } of measured) {
        if (slowest && slowest.ms > MAX_STATEMENT_MS) console.log(`\n${what}\n${await explain(client, slowest)}`);
      }
      return figuresOf(measured);
    } finally {
      await client.end();
      await pictures.stop();
      await close();
    }
  });
}

/** New ones for each run, so that nothing is shared with the run before. */
function servicesOf(db: Db, keyring: Awaited<ReturnType<typeof openKeyring>>, pictures: Pictures): Read {
  return {
    proxies: new ProxyService({ db, keyring }),
    accounts: new AccountService({ db, assignments: new AssignmentService({ db }) }),
    stats: new StatsService({ db }),
    figures: new FiguresService({ db }),
    history: new HistoryService({ db }),
    vps: new VpsService({ db }),
    vpsMaps: new VpsMapService({ db }),
    alerts: new AlertService({ db, opsChannelId: '1', guildId: '1' }),
    audit: new AuditService({ db }),
    autocomplete: new AutocompleteService({ reads: db }),
    pictures,
  };
}

interface Measured {
  what: string;
  /** Milliseconds, by run. */
  answers: number[];
  /** The longest of all runs, in milliseconds. */
  viewMs: number;
  statements: number;
  /** The one statement that took longest at the median of the runs. */
  slowest: Statement | undefined;
}

async function measure({ what, ask }: Case, services: () => Read, noted: Statement[]): Promise<Measured> {
  const answers: number[] = [];
  const views: number[] = [];
  const runs: Statement[][] = [];
  for (let run = 0; run <= RUNS; run++) {
    noted.length = 0;
    const started = performance.now();
    const view = await ask(services(), run);
    const answered = performance.now();
    view();
    if (run === 0) continue;
    answers.push(answered - started);
    views.push(performance.now() - answered);
    runs.push([...noted]);
  }
  const slowest = runs.flatMap((statements) => statements.toSorted((a, b) => b.ms - a.ms).slice(0, 1));
  return {
    what,
    answers: answers.toSorted((a, b) => a - b),
    viewMs: Math.max(...views),
    statements: runs[0]?.length ?? 0,
    slowest: slowest.toSorted((a, b) => a.ms - b.ms)[Math.floor(slowest.length / 2)],
  };
}

const middle = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? 0;
const tenths = (ms: number) => Math.round(ms * 10) / 10;

function print(measured: readonly Measured[]): void {
  console.table(
    measured.map(({ what, answers, viewMs, statements, slowest }) => ({
      what,
      'median ms': tenths(middle(answers)),
      'max ms': tenths(answers.at(-1) ?? 0),
      statements,
      'slowest statement ms': tenths(slowest?.ms ?? 0),
      'view ms': tenths(viewMs),
    })),
  );
}

function figuresOf(measured: readonly Measured[]): Figure[] {
  const slow = measured.filter(({ slowest }) => (slowest?.ms ?? 0) > MAX_STATEMENT_MS);
  const views = measured.filter(({ viewMs }) => viewMs > MAX_VIEW_MS);
  const typed = measured.filter(({ what }) => what.startsWith('autocomplete')).map(({ answers }) => middle(answers));
  const longest = Math.max(...typed);
  return [
    {
      what: `answers with a statement over ${MAX_STATEMENT_MS} ms, of ${measured.length}`,
      ours: `${slow.length}`,
      floor: '',
      limit: '0',
      isMet: slow.length === 0,
    },
    {
      what: `messages that take over ${MAX_VIEW_MS} ms to make`,
      ours: `${views.length}`,
      floor: '',
      limit: '0',
      isMet: views.length === 0,
    },
    {
      what: 'the slowest autocomplete',
      ours: `${tenths(longest)} ms`,
      floor: '',
      limit: `${MAX_STATEMENT_MS} ms`,
      isMet: longest <= MAX_STATEMENT_MS,
    },
  ];
}
