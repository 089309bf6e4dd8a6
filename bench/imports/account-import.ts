import { createLogger } from '../../src/base/logger.ts';
import { connect, type Pool } from '../../src/db/client.ts';
import { withCopy } from '../../src/db/transaction.ts';
import { AccountImportService } from '../../src/services/account-import/account-import-service.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../src/services/file-worker/file-workers.ts';
import { withDatabase } from '../kit/database.ts';
import { type Figure, ms } from '../kit/figures.ts';

const ACCOUNTS = 100_000;
const MODELS = 200;
const PROXIES = 40_000;
const MAX_RATIO = 2;
const CHUNK_CHARS = 64 * 1024;

const actor = { id: 'bench', name: 'bench' };

/**
 * 100,000 accounts from a file to their proxies, beside the plain statements on the same rows in the same tables: COPY and INSERT …
 * SELECT, of which the second is rolled back.
 */
export async function accountImportBench(): Promise<Figure[]> {
  const rows = Array.from({ length: ACCOUNTS }, (_, n) => `account.number.${n},Model ${n % MODELS},,label ${n},`);
  const bytes = Buffer.from(`username,model,vps,label,notes\n${rows.join('\n')}\n`);
  return withDatabase(async (url) => {
    const { db, pool, close } = connect(url, { log: createLogger('warn') });
    try {
      await addProxies(pool);
      const assignments = new AssignmentService({ db });
      const imports = new AccountImportService({ db, pool, workers: new FileWorkers(), assignments });
      const started = performance.now();
      const { planId, plan } = await imports.stage(actor, { name: 'a.csv', bytes, defaults: {}, source: null });
      const staged = performance.now();
      const floorMs = (await timeCopy(pool, planId)) + (await timeInserts(pool));
      const committing = performance.now();
      const { isStale } = await imports.commit(actor, planId, { count: ACCOUNTS, placed: plan?.placed ?? 0 });
      if (isStale) throw new Error('the import was not committed');
      const [stageMs, commitMs] = [staged - started, performance.now() - committing];
      const ratio = (stageMs + commitMs) / floorMs;
      return [
        {
          what: `import of ${ACCOUNTS} accounts: read, staged and planned ${ms(stageMs)}, added and assigned ${ms(commitMs)}`,
          ours: ms(stageMs + commitMs),
          floor: `COPY and INSERT … SELECT ${ms(floorMs)}`,
          ratio,
          limit: `${MAX_RATIO} times`,
          isMet: ratio <= MAX_RATIO,
        },
      ];
    } finally {
      await close();
    }
  });
}

async function addProxies(pool: Pool): Promise<void> {
  await pool.query(`
    insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '198.' || (n >> 16) || '.' || ((n >> 8) & 255) || '.' || (n & 255), 8080, 'http', 'user' || n, gen_random_uuid(), '\\x00'
    from generate_series(1, ${PROXIES}) n`);
  await pool.query('vacuum analyze');
}

/** The staged rows by COPY into the same columns and indexes. */
async function timeCopy(pool: Pool, planId: number): Promise<number> {
  const { rows } = await pool.query<{ line: string }>(
    `select concat_ws(E'\\t', plan_id, line, username, key, model, model_key, '\\N', '\\N', label, '\\N') as line
     from account_import_rows where plan_id = $1 order by line`,
    [planId],
  );
  const text = `${rows.map(({ line }) => line).join('\n')}\n`;
  await pool.query('create table staged_floor (like account_import_rows including all)');
  const started = performance.now();
  await withCopy(pool, (_tx, copy) => copy('copy staged_floor from stdin', chunksOf(text)));
  return performance.now() - started;
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += CHUNK_CHARS) yield Buffer.from(text.slice(at, at + CHUNK_CHARS));
}

/** The rows that an import writes, by one statement a table, with a plan that needs no thought; the history follows by trigger. */
const PLAIN_STATEMENTS = [
  `insert into models (name, key) select distinct model, model_key from account_import_rows`,
  `insert into accounts (username, key, model_id, label)
   select r.username, r.key, m.id, r.label from account_import_rows r join models m on m.key = r.model_key order by r.line`,
  `insert into proxy_model_claims (proxy_id, model_id)
   select p.id, m.id from proxies p join models m on m.key = 'model' || p.id % ${MODELS}`,
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
   select a.id, p.id, p.model_id, 1 + a.nth / p.of_model, 'bench', 'unused, not checked yet'
   from (select id, model_id, row_number() over (partition by model_id order by id) - 1 as nth from accounts) a
   join (
     select proxy_id as id, model_id, row_number() over (partition by model_id order by proxy_id) - 1 as nth, count(*) over (partition by model_id) as of_model
     from proxy_model_claims
   ) p on p.model_id = a.model_id and p.nth = a.nth % p.of_model`,
];

async function timeInserts(pool: Pool): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const started = performance.now();
    for (const statement of PLAIN_STATEMENTS) await client.query(statement);
    return performance.now() - started;
  } finally {
    await client.query('rollback');
    client.release();
    await pool.query('vacuum analyze');
  }
}
