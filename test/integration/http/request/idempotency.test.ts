import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { purgeKeys } from '../../../../src/db/queries/idempotency.ts';
import { IdempotencyService } from '../../../../src/services/idempotency-service.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
let service: IdempotencyService;
beforeAll(async () => {
  database = await createTestDatabase();
  service = new IdempotencyService({ db: database.db });
});
afterAll(() => database.drop());

const ATTEMPT = randomUUID();
const work = (key: string, caller = 'token:operator') => ({ caller, key, request: 'a', attempt: ATTEMPT });

test('of many concurrent requests with one key, one is processed and the others have to wait', async () => {
  const claims = await Promise.allSettled(Array.from({ length: 8 }, () => service.claim(work('k'))));
  expect(claims.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))).toEqual([{ work: null }]);
  const refused = claims.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
  expect(refused).toEqual(Array.from({ length: 7 }, () => 'key_busy'));
  await service.settle(work('k'), { status: 200, body: '{}' });
  expect(await service.claim(work('k'))).toEqual({ answer: { status: 200, body: '{}' } });
  await expect(service.claim({ ...work('k'), request: 'b' })).rejects.toMatchObject({ code: 'key_reused' });
  expect(await service.claim(work('k', 'token:east-1#1'))).toEqual({ work: null });
});

test('a key is free again after an internal error, and after its process has died', async () => {
  await service.claim(work('fault'));
  await service.release(work('fault'));
  expect(await service.claim(work('fault'))).toEqual({ work: null });
  await service.claim(work('crash'));
  await database.pool.query(
    `update idempotency_keys set locked_until = now() - interval '1 second' where key = 'crash'`,
  );
  expect(await service.claim(work('crash'))).toEqual({ work: null });
});

test('an attempt releases no key that another one holds', async () => {
  await service.claim(work('held'));
  await service.release({ ...work('held'), attempt: randomUUID() });
  await expect(service.claim(work('held'))).rejects.toMatchObject({ code: 'key_busy' });
});

test('what was done is found by the next attempt, and is rolled back with the transaction that did it', async () => {
  await service.claim(work('kept'));
  const undone = database.db.transaction(async (tx) => {
    await service.keep(work('kept'), { plan: 1 }, tx);
    tx.rollback();
  });
  await expect(undone).rejects.toThrow();
  await database.db.transaction((tx) => service.keep(work('kept'), { plan: 2 }, tx));
  await expect(service.claim(work('kept'))).rejects.toMatchObject({ code: 'key_busy' });
  await service.release(work('kept'));
  expect(await service.claim(work('kept'))).toEqual({ work: { plan: 2 } });
  await expect(service.keep(work('kept'), { plan: 3 })).rejects.toMatchObject({ code: 'key_busy' });
});

test('keys are forgotten after a day', async () => {
  await service.claim(work('old'));
  await service.claim(work('new'));
  await database.pool.query(`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`);
  await purgeKeys(database.db);
  const { rows } = await database.pool.query(`select key from idempotency_keys where key in ('old', 'new')`);
  expect(rows).toEqual([{ key: 'new' }]);
});
