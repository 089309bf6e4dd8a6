import { connect as dial } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';
import { Reads } from '../../../src/db/reads.ts';
import { type HttpServer, startHttp } from '../../../src/http/server/server.ts';
import { Metrics } from '../../../src/http/state/metrics.ts';
import { Readiness } from '../../../src/http/state/readiness.ts';
import { CredentialsService } from '../../../src/services/credentials/credentials-service.ts';
import { IdempotencyService } from '../../../src/services/idempotency-service.ts';
import type { Services } from '../../../src/services/services.ts';
import { DatabaseStatus } from '../../../src/services/shared/database-status.ts';
import { FiguresService } from '../../../src/services/stats/figures-service.ts';
import { TokenService } from '../../../src/services/vps/token-service.ts';
import { createTestDatabase } from '../../helpers/database/database.ts';

const OPERATOR = 'the-operators-token-of-the-tests';

const URL_OF_NOTHING = 'postgres://somebody:S3cretOfTheDatabase@127.0.0.1:9/none';

let database: Database;
let reads: Reads;
let api: HttpServer;
const lines: string[] = [];
/** A server whose database is not reachable. */
beforeAll(async () => {
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  database = connect(URL_OF_NOTHING, { log });
  reads = new Reads({ url: URL_OF_NOTHING, log });
  const { db, pool } = database;
  const credentials = new CredentialsService({
    db,
    reads,
    keyring: { open: async () => '' },
    useLog: { noteAccess: () => undefined, noteUse: () => undefined },
    health: { report: async () => [] },
  });
  const status = new DatabaseStatus({ pools: [pool], log });
  const services = { tokens: new TokenService({ db, reads, operatorToken: OPERATOR }) } as Services;
  api = await startHttp({
    config: { host: '127.0.0.1', port: 0 },
    services,
    credentials,
    log,
    idempotency: new IdempotencyService({ db }),
    readiness: new Readiness({
      database: status,
      discord: { isConnected: () => true, isLost: () => false },
      setup: { problems: async () => [] },
    }),
    metrics: new Metrics({ database: status, figures: new FiguresService({ db }), log }),
  });
});
afterAll(async () => {
  await api.stop();
  await Promise.all([database.close(), reads.close()]);
});

test('a program is asked to retry, and learns nothing about the database', async () => {
  for (const token of [OPERATOR, `pops_1_${'x'.repeat(43)}`]) {
    const answer = await fetch(`${api.url}/api/accounts/ann/proxy`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({ code: 'database_away', detail: 'The database is unavailable.' });
  }
  expect(lines.join('')).toContain('a request failed because the database is unavailable');
  expect(lines.join('')).not.toMatch(/S3cretOfTheDatabase|the-operators-token/);
});

test('metrics say that the database is away, and the log says why', async () => {
  const answer = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${OPERATOR}` } });
  expect(await answer.text()).toContain('proxy_ops_database_up 0');
  const line = lines.find((each) => each.includes('the figures of the database could not be read')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', err: { cause: { code: 'ECONNREFUSED' } } });
  for (let asked = 0; asked < 3; asked++) expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  expect(lines.filter((each) => each.includes('the database does not answer'))).toHaveLength(1);
});

test('bytes that are not HTTP are answered with problem details, and the connection is closed', async () => {
  const socket = dial(Number(new URL(api.url).port), '127.0.0.1');
  socket.end('S3cret nonsense\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"bad_request"/s);
  expect(text).not.toContain('S3cret');
});

test('readiness is answered within seconds although the database stops answering in the middle of it', async () => {
  const answering = await createTestDatabase();
  const readiness = new Readiness({
    database: new DatabaseStatus({ pools: [answering.pool], log: createLogger('silent') }),
    discord: { isConnected: () => true, isLost: () => false },
    setup: { problems: () => new Promise<never>(() => {}) },
  });
  expect(await readiness.check()).toEqual({ database: false, discord: true, setup: [] });
  await answering.drop();
});
