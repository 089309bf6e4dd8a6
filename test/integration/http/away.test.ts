import { connect as dial } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';
import { type HttpServer, startHttp } from '../../../src/http/server/server.ts';
import { Metrics } from '../../../src/http/state/metrics.ts';
import { Readiness } from '../../../src/http/state/readiness.ts';
import { HandoutService } from '../../../src/services/handout/handout-service.ts';
import { IdempotencyService } from '../../../src/services/idempotency-service.ts';
import type { Services } from '../../../src/services/services.ts';
import { DatabaseStatus } from '../../../src/services/shared/database-status.ts';
import { FiguresService } from '../../../src/services/stats/figures-service.ts';
import { TokenService } from '../../../src/services/vps/token-service.ts';

const OPERATOR = 'the-operators-token-of-the-tests';

let database: Database;
let api: HttpServer;
const lines: string[] = [];
/** A server whose database nobody listens for. */
beforeAll(async () => {
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  database = connect('postgres://somebody:S3cretOfTheDatabase@127.0.0.1:9/none', { log });
  const { db, pool } = database;
  const handouts = new HandoutService({
    ...{ db, pool },
    keyring: { open: async () => '' },
    useLog: { noteLook: () => undefined, noteUse: () => undefined },
    health: { report: async () => [] },
  });
  const status = new DatabaseStatus({ pool });
  const services = { tokens: new TokenService({ db, operatorToken: OPERATOR }) } as Services;
  api = await startHttp({
    ...{ config: { host: '127.0.0.1', port: 0 }, services, handouts, log },
    idempotency: new IdempotencyService({ db }),
    readiness: new Readiness({ database: status, isDiscordConnected: () => true }),
    metrics: new Metrics({ database: status, figures: new FiguresService({ db }) }),
  });
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

test('a program is told to come back, and told nothing of the database', async () => {
  for (const token of [OPERATOR, `pops_1_${'x'.repeat(43)}`]) {
    const answer = await fetch(`${api.url}/api/accounts/ann/proxy`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({ code: 'database_away', detail: 'The database is unavailable.' });
  }
  expect(lines.join('')).toContain('a request failed because the database is unavailable');
  expect(lines.join('')).not.toMatch(/S3cretOfTheDatabase|the-operators-token/);
});

test('bytes that are not HTTP are answered with problem details, and the connection is closed', async () => {
  const socket = dial(Number(new URL(api.url).port), '127.0.0.1');
  socket.end('S3cret nonsense\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"bad_request"/s);
  expect(text).not.toContain('S3cret');
});
