import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

/** More audit entries than one statement has parameters for. */
const PROXIES = 12_000;
const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
let imports: ProxyImportService;
let keyring: Awaited<ReturnType<typeof openKeyring>>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database;
  keyring = await openKeyring(db, Buffer.alloc(32, 1));
  const reader = new ImportReader({
    workers: new FileWorkers(),
    fingerprintKey: keyring.fingerprintKey,
    isPrivateAllowed: true,
  });
  imports = new ProxyImportService({ db, pool, keyring, reader, assignments: new AssignmentService({ db }) });
});
afterAll(() => database.drop());

const rows = async (statement: string) => (await database.pool.query(statement)).rows;

async function stage(
  count: number,
  password: string,
  { link, network = 51 }: { link?: string; network?: number } = {},
) {
  const lines = Array.from({ length: count }, (_, n) =>
    [`198.${network}.${n >> 8}.${n & 255}`, 8080, 'user', password, ...(link ? [`${link}${n}`] : [])].join(','),
  );
  const header = `host,port,username,password${link ? ',change_ip_url' : ''}`;
  return imports.stage(actor, {
    name: 'list.csv',
    bytes: Buffer.from([header, ...lines].join('\n')),
    defaults: {},
    source: null,
  });
}

test('thousands of known proxies get new passwords in one step, keep their links, and each change is recorded', async () => {
  const first = await stage(PROXIES, 'former', { link: 'https://change.example/' });
  await imports.apply(actor, first.planId, 'import', PROXIES);
  const second = await stage(PROXIES, 'new');
  expect(second.counts.credentials).toBe(PROXIES);
  const { preview, isStale } = await imports.apply(actor, second.planId, 'update', PROXIES);
  expect([isStale, preview.results.update?.count]).toEqual([false, PROXIES]);

  const entries = `select count(distinct entity_id)::int as proxies, count(*)::int as entries from audit_log
    where action = 'proxy.update' and actor_id = 'test' and actor_name = 'test' and entity = 'proxy'
      and after = jsonb_build_object('changed', 'credentials', 'plan', ${second.planId})`;
  expect(await rows(entries)).toEqual([{ proxies: PROXIES, entries: PROXIES }]);
  const [last] =
    await rows(`select change_ip_url_sealed as link, password_sealed as password, credential_id as "credentialId"
    from proxies order by id desc limit 1`);
  expect(await keyring.open(last.link, last.credentialId, 'change_ip_url')).toBe(
    `https://change.example/${PROXIES - 1}`,
  );
  expect(await keyring.open(last.password, last.credentialId, 'password')).toBe('new');
});

/** The sessions of this database that wait for a kind of lock; other tests run on the same server. */
const waitingFor = (lock: 'advisory' | 'transactionid') =>
  rows(`select from pg_stat_activity where wait_event = '${lock}' and datname = current_database()`);

test('a change of the pool in progress finishes before an import changes the pool, without a deadlock', async () => {
  const network = 52;
  await imports.apply(actor, (await stage(3, 'former', { network })).planId, 'import', 3);
  await imports.apply(actor, (await stage(3, 'other', { network })).planId, 'update', 3);
  const { planId } = await stage(3, 'yet another', { network });
  const other = await database.pool.connect();
  try {
    await other.query(`begin; select pg_advisory_xact_lock(hashtext('proxy-ops.assignments'))`);
    const applied = imports.apply(actor, planId, 'update', 3);
    await expect.poll(() => waitingFor('advisory')).toHaveLength(1);
    await other.query(`update proxies set label = 'in between'; commit`);
    expect(await applied).toMatchObject({ isStale: false, preview: { results: { update: { count: 3 } } } });
  } finally {
    other.release();
  }
});

test('a proxy that plain SQL adds during an import makes its number stale: nothing is imported, and the new number is shown', async () => {
  const list = (...hosts: string[]) => Buffer.from(hosts.map((host) => `${host}:8080`).join('\n'));
  const stageList = (bytes: Buffer) =>
    imports.stage(actor, { name: 'list.txt', bytes, defaults: {}, source: null }).then(({ planId }) => planId);
  const ofLists = `select host from proxies where host like '203.0.113.%' order by host`;
  await imports.apply(actor, await stageList(list('203.0.113.1')), 'import', 1);
  const planId = await stageList(list('203.0.113.2', '203.0.113.3'));
  const other = await database.pool.connect();
  try {
    await other.query('begin');
    await other.query(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
      select '203.0.113.3', port, type, username, gen_random_uuid(), password_fingerprint from proxies where host = '203.0.113.1'`);
    const applied = imports.apply(actor, planId, 'import', 2);
    await expect.poll(() => waitingFor('transactionid')).toHaveLength(1);
    await other.query('commit');
    expect(await applied).toMatchObject({ isStale: true, preview: { counts: { new: 1, known: 1 } } });
    expect(await rows(ofLists)).toEqual([{ host: '203.0.113.1' }, { host: '203.0.113.3' }]);
  } finally {
    other.release();
  }
  await imports.apply(actor, planId, 'import', 1);
  expect(await rows(ofLists)).toHaveLength(3);
});
