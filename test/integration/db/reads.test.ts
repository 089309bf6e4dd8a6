import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createCertificateAuthority, type ServerCertificate } from '../../../sandbox/proxies/certificate.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, serverOf } from '../../../src/db/client.ts';
import { isConnectionError } from '../../../src/db/errors.ts';
import { Listener, Reads, ReadTimeoutError } from '../../../src/db/reads.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { relayTo } from '../../helpers/database/tcp-relay.ts';

const log = createLogger('silent');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    create type color as enum ('red', 'green');
    create table kinds (id int primary key, tags text[], at timestamptz, data jsonb, is_on boolean)`);
});
afterAll(() => database.drop());

function openReads(url = database.url, deadlineMs?: number): Reads {
  const reads = new Reads({ url, log, ...(deadlineMs !== undefined && { deadlineMs }) });
  onTestFinished(() => reads.close());
  return reads;
}

const one = (reads: Reads) => reads.query('select $1::int as n', [1]);
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const pidOf = async (reads: Reads) => (await reads.query('select pg_backend_pid() as pid', []))[0]?.pid;
const kill = (pid: unknown) => database.pool.query('select pg_terminate_backend($1, 5000)', [pid]);

/** A server that speaks TLS as PostgreSQL does, in front of one that does not. */
async function tlsRelayTo(serverUrl: string, certificate: ServerCertificate): Promise<string> {
  const target = new URL(serverUrl);
  const tls = createTlsServer(certificate, (secured) => {
    const upstream = dial(Number(target.port), target.hostname);
    for (const each of [secured, upstream]) each.on('error', () => each.destroy());
    secured.pipe(upstream).pipe(secured);
  });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    // A client asks whether it may begin TLS, and waits for this letter.
    socket.once('data', () => {
      socket.pause().write('S');
      tls.emit('connection', socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = new URL(serverUrl);
  url.hostname = 'localhost';
  url.port = String((server.address() as AddressInfo).port);
  return url.href;
}

describe('values that are read', () => {
  const VALUES = [
    '1::int2',
    '-2147483648',
    '9007199254740991::int8',
    '1.50::numeric',
    '1.5::float4',
    "'NaN'::float8",
    'true',
    "'Д'::text",
    "'x'::varchar",
    "' '::bpchar",
    '\'a\'::"char"',
    "timestamptz '2026-11-25 10:00:00.123456+02'",
    "timestamp '2026-11-25 10:00:00'",
    "date '2026-11-25'",
    "time '10:00'",
    "interval '1 day 2 hours'",
    "inet '10.0.0.1/8'",
    "cidr '10.0.0.0/8'",
    'gen_random_uuid() is null',
    "'00000000-0000-0000-0000-000000000001'::uuid",
    '\'{"a": [1, null]}\'::json',
    "'[1]'::jsonb",
    "'null'::jsonb",
    "'\\x00ff'::bytea",
    '1::oid',
    "point '(1,2)'",
    "'red'::color",
    "'{1,null,3}'::int[]",
    "'{1,2}'::int8[]",
    "array['a,b', 'c\"d', null, '']",
    "'{red,green}'::color[]",
    "array[timestamptz '2026-11-25 10:00:00Z']",
    "array['10.0.0.1'::inet]",
    "'{}'::text[]",
    'array[array[1,2],array[3,4]]',
    "array['\\x00'::bytea]",
    'array[true, null]',
    'null::int',
    "row(1, 'a')",
  ];
  const STATEMENT = `select ${VALUES.map((value, at) => `${value} as v${at}`).join(', ')}`;

  test('have the type and the value that they have over the pool', async () => {
    const reads = openReads();
    const [expected] = (await database.pool.query(STATEMENT)).rows;
    const [simple] = await reads.query(STATEMENT, []);
    const [prepared] = await reads.query(`${STATEMENT} where $1`, [true]);
    const { rows } = await reads.execute(sql.raw(STATEMENT));
    for (const found of [simple, prepared, rows[0]]) {
      for (const [at, value] of VALUES.entries()) expect(found?.[`v${at}`], value).toStrictEqual(expected[`v${at}`]);
    }
  });

  test('that cannot be read are the error of their own caller only', async () => {
    const reads = openReads();
    const asked = ['1', '9007199254740993', '2'].map((n) => reads.query(`select ${n}::int8 as n where $1`, [true]));
    expect(await Promise.allSettled(asked)).toMatchObject([
      { value: [{ n: 1 }] },
      { reason: { name: 'RangeError' } },
      { value: [{ n: 2 }] },
    ]);
  });

  test('come back as the parameters that they were, whatever type the statement gives them', async () => {
    const at = new Date('2026-11-25T10:00:00.123Z');
    const tags = ['a', 'b,c', 'd"e', 'f\\g', '', 'NULL', null, '{h}'];
    const parameters = [1, tags, at, JSON.stringify({ a: [1] }), false];
    await database.pool.query('insert into kinds values ($1, $2, $3, $4, $5)', parameters);
    const reads = openReads();
    const same = 'select * from kinds where id = $1 and tags = $2 and at = $3 and data = $4 and is_on = $5';
    const row = { id: 1, tags, at, data: { a: [1] }, is_on: false };
    expect(await reads.query(same, parameters)).toEqual([row]);
    expect(await reads.query('select 1 as n where $1::text is null and $2::bigint > 1', [null, 2n])).toEqual([
      { n: 1 },
    ]);
    const { rows } = await reads.execute(sql`select * from kinds where tags = ${sql.param(tags)} and at <= ${at}`);
    expect(rows).toEqual([row]);
  });
});

describe('the connection for reads', () => {
  test('is one, however many reads are under way, and their answers keep their order', async () => {
    const reads = openReads();
    const found = await Promise.all(
      Array.from({ length: 500 }, (_, n) => reads.query('select $1::int as n, pg_backend_pid() as pid', [n])),
    );
    expect(new Set(found.map(([row]) => (row as { pid: number }).pid)).size).toBe(1);
    expect(found.map(([row]) => (row as { n: number }).n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test('carries a read before those in front of it are answered', async () => {
    let sent = '';
    const sees = (bytes: Buffer) => {
      sent += bytes.toString('latin1');
      return true;
    };
    const reads = openReads((await relayTo(database.url, { sees })).url);
    const ask = (name: string) => reads.execute(sql`select ${name}::text as name, pg_advisory_xact_lock_shared(41)`);
    await ask('before');
    const holder = await database.pool.connect();
    await holder.query('select pg_advisory_lock(41)');
    const asked = ['first', 'second', 'third'].map(ask);
    await vi.waitFor(() => expect(sent).toContain('third'));
    await holder.query('select pg_advisory_unlock(41)');
    holder.release();
    expect((await Promise.all(asked)).map(({ rows: [row] }) => row?.name)).toEqual(['first', 'second', 'third']);
  });

  test('plans each statement for its values if it is to', async () => {
    const modeOf = (reads: Reads) => reads.query("select current_setting('plan_cache_mode') as mode", []);
    const planning = new Reads({ url: database.url, log, plansForValues: true });
    onTestFinished(() => planning.close());
    expect(await modeOf(planning)).toEqual([{ mode: 'force_custom_plan' }]);
    expect(await modeOf(openReads())).toEqual([{ mode: 'auto' }]);
  });

  test('writes nothing', async () => {
    const error = await failureOf(openReads().query('delete from kinds where id = $1', [1]));
    expect(error).toMatchObject({ code: '25006' });
  });

  test('gives the error of a statement to its own caller only', async () => {
    const reads = openReads();
    const divisors = Array.from({ length: 60 }, (_, n) => n % 3);
    const asked = divisors.map((n) => reads.query('select 6 / $1::int as n', [n]));
    const settled = await Promise.allSettled(asked);
    for (const [at, n] of divisors.entries()) {
      expect(settled[at]).toMatchObject(n === 0 ? { reason: { code: '22012' } } : { value: [{ n: 6 / n }] });
    }
  });

  test('is made again when it breaks, and what was under way is repeated', async () => {
    const reads = openReads();
    const pid = await pidOf(reads);
    const asked = Array.from({ length: 50 }, () => reads.query('select pg_sleep(0.02), $1::int as n', [1]));
    await kill(pid);
    for (const rows of await Promise.all(asked)) expect(rows).toMatchObject([{ n: 1 }]);
    expect(await pidOf(reads)).not.toBe(pid);
  });

  test('repeats a read once, and then says that the connection broke', async () => {
    const relay = await relayTo(database.url);
    const reads = openReads(relay.url);
    await one(reads);
    relay.refuse();
    const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(one(reads))));
    for (const failure of failures) expect(isConnectionError(failure)).toBe(true);
    relay.accept();
    expect(await one(reads)).toEqual([{ n: 1 }]);
  });

  test('leaves no caller without an answer, however often it breaks under load', async () => {
    const relay = await relayTo(database.url);
    const reads = openReads(relay.url, 5_000);
    const end = performance.now() + 3_000;
    const counts = { answered: 0, broken: 0 };
    const ask = async () => {
      while (performance.now() < end) {
        const failure = await failureOf(one(reads));
        if (failure === undefined) counts.answered++;
        else if (isConnectionError(failure)) counts.broken++;
        else throw failure;
      }
    };
    const breaking = async () => {
      while (performance.now() < end) {
        await one(reads).catch(() => undefined);
        relay.cut();
      }
    };
    await Promise.all([...Array.from({ length: 100 }, ask), breaking()]);
    expect(relay.taken()).toBeGreaterThan(10);
    expect(counts.answered).toBeGreaterThan(100);
    expect(await one(reads)).toEqual([{ n: 1 }]);
  });

  test('lets no read wait longer than its deadline for a server that is frozen', async () => {
    const relay = await relayTo(database.url);
    const reads = openReads(relay.url, 400);
    await one(reads);
    relay.freeze();
    const start = performance.now();
    const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(one(reads))));
    expect(performance.now() - start).toBeLessThan(2_000);
    for (const failure of failures) expect(failure).toBeInstanceOf(ReadTimeoutError);
    for (const failure of failures) expect(isConnectionError(failure)).toBe(true);
    relay.thaw();
    expect(await one(reads)).toEqual([{ n: 1 }]);
  });

  test('stays when the server ends a statement that takes too long', async () => {
    const reads = openReads(database.url, 1_000);
    const pid = await pidOf(reads);
    await expect(reads.query('select pg_sleep($1)', [5])).rejects.toMatchObject({ code: '57014' });
    expect(await pidOf(reads)).toBe(pid);
  });

  test('is closed once what is under way is answered, and reads nothing more', async () => {
    const reads = new Reads({ url: database.url, log });
    const asked = Promise.all(Array.from({ length: 20 }, () => one(reads)));
    await one(reads);
    await reads.close();
    expect(await asked).toHaveLength(20);
    await expect(one(reads)).rejects.toThrow('closed');
    await new Reads({ url: database.url, log }).close();
  });
});

describe('the URL of a database', () => {
  test('is read alike by both drivers, with its options', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c search_path=pg_catalog -c lock_timeout=1234');
    const asked = `select current_setting('search_path') as path, current_setting('lock_timeout') as timeout,
      current_user as "user", current_database() as database`;
    const pool = connect(url.href, { log });
    const { rows } = await pool.pool.query(asked);
    await pool.close();
    expect(rows).toMatchObject([{ path: 'pg_catalog', timeout: '1234ms' }]);
    expect(await openReads(url.href).query(asked, [])).toEqual(rows);
  });

  test('leads both to a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-socket-'));
    const target = new URL(database.url);
    const server = createServer((socket) => {
      const upstream = dial(Number(target.port), target.hostname);
      for (const each of [socket, upstream]) each.on('error', () => each.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    server.listen(join(folder, `.s.PGSQL.${target.port}`));
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const url = new URL(database.url);
    url.searchParams.set('host', folder);
    const before = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    const pool = connect(url.href, { log });
    await pool.pool.query('select 1');
    const reads = new Reads({ url: url.href, log });
    await one(reads);
    const after = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    await Promise.all([pool.close(), reads.close()]);
    expect([before, after]).toEqual([0, 2]);
  });

  test('makes both verify who the server is', async () => {
    const authority = createCertificateAuthority();
    const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, authority.caPem);
    const over = async (name: string) => {
      const url = new URL(await tlsRelayTo(database.url, authority.issue([name])));
      url.searchParams.set('sslmode', 'verify-full');
      url.searchParams.set('sslrootcert', ca);
      const pool = connect(url.href, { log });
      const reads = new Reads({ url: url.href, log, deadlineMs: 2_000 });
      const codes = [pool.pool.query('select 1'), one(reads)].map(async (work) => {
        const failure = await failureOf(work);
        return failure === undefined ? 'connected' : (failure as { code?: string }).code;
      });
      const found = await Promise.all(codes);
      await Promise.all([pool.close(), reads.close()]);
      return found;
    };
    expect(await over('localhost')).toEqual(['connected', 'connected']);
    expect(await over('other.example')).toEqual(['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  test('says the same of TLS', () => {
    const tlsOf = (query: string) => serverOf(`postgres://user:pw@db.example/name?${query}`).address.ssl;
    expect(tlsOf('')).toBe(false);
    expect(tlsOf('sslmode=disable')).toBe(false);
    expect(tlsOf('sslmode=no-verify')).toEqual({ rejectUnauthorized: false });
    expect(tlsOf('sslmode=verify-full')).toEqual({});
  });
});

describe('a listener', () => {
  /** Counts calls, and waits for the next one. */
  function counter() {
    let calls = 0;
    const waiting: { after: number; resolve: () => void }[] = [];
    return {
      wake: () => {
        calls++;
        for (const each of waiting.filter(({ after }) => calls > after)) each.resolve();
      },
      calls: () => calls,
      /** Resolves once it was called more than so many times. */
      after: (count: number) =>
        calls > count ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ after: count, resolve })),
    };
  }

  const notify = () => database.pool.query("select pg_notify('changed', '')");

  test('wakes when it begins, when it is notified, and after its connection broke', async () => {
    const changed = counter();
    const listener = new Listener({ url: database.url, log, channels: { changed: changed.wake } });
    onTestFinished(() => listener.close());
    await changed.after(0);
    await notify();
    await changed.after(1);
    const { rows } = await database.pool.query(
      "select pid from pg_stat_activity where application_name = 'proxy-ops listen' and datname = current_database()",
    );
    await kill(rows[0].pid);
    await changed.after(2);
    await notify();
    await changed.after(3);
    expect(changed.calls()).toBe(4);
  });

  test('begins once the database is there', async () => {
    const relay = await relayTo(database.url);
    relay.refuse();
    const changed = counter();
    const listener = new Listener({ url: relay.url, log, channels: { changed: changed.wake } });
    onTestFinished(() => listener.close());
    relay.accept();
    await changed.after(0);
    await notify();
    await changed.after(1);
  });
});
