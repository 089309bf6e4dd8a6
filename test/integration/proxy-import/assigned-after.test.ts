import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { WaitingAssigner } from '../../../src/services/assignments/waiting-assigner.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { connectInterrupted, type Interrupted } from '../../helpers/database/meanwhile.ts';

const actor = { id: 'test', name: 'test' };
const log = createLogger('silent');
/** The statement that waits for the lock on assignments. */
const LOCK = /set_config\('lock_timeout'/;

let database: TestDatabase;
let interrupted: Interrupted;
let imports: ProxyImportService;
let accounts: AccountService;
let assignments: AssignmentService;
let network = 0;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;
const count = async (table: string) => (await rows(`select count(*)::int as n from ${table}`))[0]?.n;

beforeAll(async () => {
  database = await createTestDatabase();
  interrupted = connectInterrupted(database.url);
  const { db } = interrupted;
  const keyring = await openKeyring(db, Buffer.alloc(32, 1));
  const { fingerprintKey } = keyring;
  const reader = new ImportReader({ workers: new FileWorkers(), fingerprintKey, isPrivateAllowed: true });
  assignments = new AssignmentService({ db });
  accounts = new AccountService({ db, assignments });
  // COPY has a pool of its own, since an interrupted statement is a promise and not a stream.
  imports = new ProxyImportService({ db, pool: database.pool, keyring, reader, assignments });
});
afterAll(async () => {
  await interrupted.close();
  await database.drop();
});
beforeEach(() =>
  rows(
    'delete from account_proxy_assignments; delete from proxy_model_claims; update accounts set removed_at = now(); update proxies set removed_at = now()',
  ),
);

async function waits(): Promise<number> {
  return (await accounts.add(actor, { username: `waits.${++network}`, model: 'Amber' })).id;
}

function stage(proxies: number) {
  network++;
  const lines = Array.from({ length: proxies }, (_, n) => `198.51.${network}.${n}:8080`);
  return imports.stage(actor, { name: 'a.txt', bytes: Buffer.from(lines.join('\n')), defaults: {}, source: null });
}

test('an import is committed while another session changes assignments, and then assigns waiting accounts', async () => {
  await waits();
  await waits();
  const { planId } = await stage(3);
  const other = await database.pool.connect();
  await other.query(`begin; select pg_advisory_xact_lock(hashtext('proxy-ops.assignments'))`);
  const applied = imports.apply(actor, planId, 'import', 3);
  await expect.poll(() => count('proxies where removed_at is null')).toBe(3);
  expect(await count('account_proxy_assignments')).toBe(0);
  await other.query('commit');
  other.release();
  const { preview } = await applied;
  expect(preview).toMatchObject({
    state: 'applied',
    results: { import: { count: 3, served: 2 } },
    waiting: { accounts: 0 },
  });
  expect((await imports.preview(planId)).results.import).toMatchObject({ count: 3, served: 2 });
  expect((await imports.apply(actor, planId, 'import', 3)).preview.results.import).toMatchObject({
    count: 3,
    served: 2,
  });
  expect(await count('account_proxy_assignments')).toBe(2);
  expect(await findBroken(database)).toEqual({});
});

test('accounts that others add and assign while an import is committed get proxies, each one', async () => {
  const { planId } = await stage(40);
  const added = Array.from({ length: 30 }, () => waits());
  await Promise.all([imports.apply(actor, planId, 'import', 40), ...added]);
  await new WaitingAssigner({ assignments, alerts: alerts(), log }).assign();
  expect(await count('account_proxy_assignments')).toBe(30);
  expect(await count('waiting_accounts')).toBe(0);
  expect(await findBroken(database)).toEqual({});
});

test('if the bot dies between the commit and the assignments, the import is done, and the job assigns', async () => {
  await waits();
  const { planId } = await stage(2);
  interrupted.before(LOCK, () =>
    rows(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`),
  );
  const { preview } = await imports.apply(actor, planId, 'import', 2);
  expect(preview.results.import).toMatchObject({ count: 2 });
  expect(preview.results.import?.served).toBeUndefined();
  expect([await count('proxies where removed_at is null'), await count('account_proxy_assignments')]).toEqual([2, 0]);
  expect(await new WaitingAssigner({ assignments, alerts: alerts(), log }).assign()).toBe(1);
  expect(await count('account_proxy_assignments')).toBe(1);
  expect(await findBroken(database)).toEqual({});
});

const alerts = () => new AlertService({ db: interrupted.db, opsChannelId: '1', guildId: '2' });
