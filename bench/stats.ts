import type pg from 'pg';
import { connect } from '../src/db/client.ts';
import { createLogger } from '../src/logger.ts';
import { Pictures } from '../src/services/pictures/pictures.ts';
import { StatsService } from '../src/services/stats-service.ts';
import { modelTable } from '../src/views/account/models.ts';
import { statsChart } from '../src/views/charts/stats-chart.ts';
import { statsView } from '../src/views/proxy/stats.ts';
import { withDatabase } from './database.ts';
import { type Figure, median, ms } from './figures.ts';
import { fillPool } from './full-pool.ts';

const RUNS = 9;
const MAX_MS = 500;
const MAX_RATIO = 3;

/** The floor: the same tables, each grouped once, on one connection. */
const PLAIN = [
  'select proxy_id, model_id, count(*) from account_proxy_assignments group by proxy_id, model_id',
  'select provider, status, count(*) from proxies group by provider, status',
  'select health, count(*) from proxy_health group by health',
  'select model_id, count(*) from proxy_model_claims group by model_id',
  'select model_id, count(*) from accounts group by model_id',
];

/** `/proxy stats` and `/account models` over 100,000 proxies and 300,000 accounts, from the question to the message. */
export function statsBench(): Promise<Figure[]> {
  return withDatabase(async (url) => {
    const log = createLogger('warn');
    const { db, pool, close } = connect(url, { log });
    const pictures = new Pictures({ log });
    try {
      await fillPool(pool);
      return await measure(new StatsService({ db }), pictures, pool);
    } finally {
      await pictures.stop();
      await close();
    }
  });
}

async function measure(stats: StatsService, pictures: Pictures, pool: pg.Pool): Promise<Figure[]> {
  const plain = await median(RUNS, () => groupAll(pool));
  const answer = await median(RUNS, async () => {
    const counted = await stats.pool();
    const drawn = await pictures.draw(statsChart(counted));
    if (!drawn) throw new Error('there is no picture');
    statsView(counted, drawn);
  });
  const models = await median(RUNS, async () => modelTable(await stats.models()));
  const counted = await stats.pool();
  let turn = 0;
  // Each time other figures, so that nothing is taken from what is kept.
  const drawing = await median(RUNS, () => pictures.draw(statsChart({ ...counted, loads: [++turn, 1, 1, 1] })));
  const floor = `the plain GROUP BY ${ms(plain)}`;
  const limit = `${MAX_MS} ms and ${MAX_RATIO} times`;
  const compared = (what: string, took: number): Figure => ({
    what,
    ours: ms(took),
    floor,
    ratio: took / plain,
    limit,
    isMet: took < MAX_MS && took / plain < MAX_RATIO,
  });
  return [
    compared('/proxy stats with its picture', answer),
    compared('/account models', models),
    { what: 'drawing anew', ours: ms(drawing), floor: '', limit: `${MAX_MS} ms`, isMet: drawing < MAX_MS },
  ];
}

async function groupAll(pool: pg.Pool): Promise<void> {
  for (const statement of PLAIN) await pool.query(statement);
}
