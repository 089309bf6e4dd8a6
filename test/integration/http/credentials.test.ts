import { afterAll, beforeAll, expect, test } from 'vitest';
import { endAssignments } from '../../../src/db/queries/assignments/assignments.ts';
import type { Reads } from '../../../src/db/reads.ts';
import { CredentialsService } from '../../../src/services/credentials/credentials-service.ts';
import type { Caller } from '../../../src/services/vps/token-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const OPERATOR: Caller = { kind: 'operator', actor: { id: 'token:operator', name: 'API_TOKEN' } };
const ACTOR = { id: 'test', name: 'test' };

let database: TestDatabase;
let proxies: number[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  proxies = await insertProxies(database, { provider: 'North', count: 3, network: 2 });
  await assignAccounts(database, proxies, { model: 'Amber', each: 1 });
});
afterAll(() => database.drop());

const nameOf = (proxy: number | undefined) => ({ named: `amber.${proxy}.1` });
const service = (reads: Pick<Reads, 'query'> = database.reads) =>
  new CredentialsService({
    db: database.db,
    reads,
    now: () => new Date(),
    keyring: { open: async () => 'pw' },
    useLog: { noteAccess: () => undefined, noteUse: () => undefined },
    health: { report: async () => [] },
  });
const coolingUntil = async (proxy: number | undefined) =>
  (await database.pool.query('select cooling_until from proxy_model_claims where proxy_id = $1', [proxy])).rows;
const leave = async (proxy: number | undefined) => {
  const { rows } = await database.pool.query<{ id: number }>('select id from accounts where key = $1', [
    `amber.${proxy}.1`,
  ]);
  await database.db.transaction((tx) =>
    endAssignments(tx, ACTOR, { accountIds: [rows[0]?.id ?? 0], reason: 'test', cooldownDays: 7 }),
  );
};

test('leaving a proxy that was handed out starts a cool-down, and one that was not starts none', async () => {
  await service().find(OPERATOR, nameOf(proxies[0]));
  await leave(proxies[0]);
  await leave(proxies[1]);
  expect(await coolingUntil(proxies[0])).toEqual([{ cooling_until: expect.any(Date) }]);
  expect(await coolingUntil(proxies[1])).toEqual([]);
});

test('an account that loses its proxy between the look and the answer gets none of it', async () => {
  let isMoved = false;
  // The move falls between the two statements of a first lookup.
  const reads: Pick<Reads, 'query'> = {
    async query(...args) {
      const found = await database.reads.query(...args);
      if (!isMoved) await leave(proxies[2]);
      isMoved = true;
      return found;
    },
  };
  await expect(service(reads).find(OPERATOR, nameOf(proxies[2]))).rejects.toMatchObject({ code: 'account_waiting' });
  expect(await coolingUntil(proxies[2])).toEqual([]);
});
