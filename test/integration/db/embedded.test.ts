import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { findEmbedded, openEmbedded } from '../../../src/db/embedded.ts';
import { START } from '../../helpers/bot/run-program.ts';

const log = createLogger('silent');
const script = fileURLToPath(new URL('../../helpers/database/embedded-process.ts', import.meta.url));

const FILES = [
  ...['postgres', 'postgres.log', 'postgres.password'],
  ...['postgres.superuser.password', 'postgres.working.password'],
];
/** One cluster that the tests start and stop in turn: making one takes a second. */
let dataDir: string;
let parent: string;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'proxy-ops-embedded-'));
  dataDir = join(parent, 'data');
  const server = await openEmbedded({ dataDir, log });
  await server.stop();
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

test('its processes let the bot go first', async () => {
  const server = await openEmbedded({ dataDir, log });
  const priority = getPriority(serverPid());
  await server.stop();
  expect(priority).toBeGreaterThan(getPriority());
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

interface Opener {
  process: ChildProcess;
  url: string;
  order(what: 'stop' | 'exit'): Promise<void>;
  kill(): Promise<void>;
}

async function openElsewhere(dir = dataDir): Promise<Opener> {
  const child = spawn(process.execPath, [START, script, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  const ended = once(child, 'exit');
  return {
    process: child,
    url,
    async order(what) {
      child.stdin.end(`${what}\n`);
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const lockPath = () => join(dataDir, 'postgres/postmaster.pid');
const serverPid = () => Number(readFileSync(lockPath(), 'utf8').split('\n')[0]);

describe('openEmbedded', () => {
  test('keeps the data and the port from one start to the next', async () => {
    const first = await openEmbedded({ dataDir, log });
    await query(first.url, 'create table kept (n int)');
    await query(first.url, 'insert into kept values (1)');
    await first.stop();
    expect(existsSync(lockPath())).toBe(false);
    const second = await openEmbedded({ dataDir, log });
    expect(await query(second.url, 'select n from kept')).toEqual([1]);
    expect(second.url).toBe(first.url);
    await second.stop();
  });

  test('keeps everything inside the data folder, closed to others', async () => {
    expect(readdirSync(dataDir).sort()).toEqual(FILES);
    const mode = (name: string) => statSync(join(dataDir, name)).mode & 0o777;
    expect(['.', ...FILES].map(mode)).toEqual([0o700, 0o700, 0o600, 0o600, 0o600, 0o600]);
  });

  test('creates a role without superuser privileges, in a database that finds part of a Cyrillic word', async () => {
    const server = await openEmbedded({ dataDir, log });
    await query(server.url, 'create extension if not exists pg_trgm');
    const rows = await query(
      server.url,
      `select rolsuper, datcollate, show_trgm('прокси') <> '{}', lower('ПРОКСИ')
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(rows).toEqual([false, 'C', true, 'прокси']);
    await server.stop();
  });

  test('gives each role a password of its own, and takes over a folder of an earlier version, which had one for all', async () => {
    const former = await openEmbedded({ dataDir, log });
    const { password } = new URL(former.url);
    await query(former.superuserUrl, 'drop role proxy_ops_app');
    await query(former.superuserUrl, `alter role postgres password '${password}'`);
    await former.stop();
    for (const role of ['superuser', 'working']) rmSync(join(dataDir, `postgres.${role}.password`));
    const { url, workingUrl, superuserUrl, stop } = await openEmbedded({ dataDir, log });
    const urls = [url, workingUrl, superuserUrl];
    expect(new Set(urls.map((each) => new URL(each).password)).size).toBe(3);
    expect(await Promise.all(urls.map((each) => query(each, 'select current_user')))).toEqual([
      ['proxy_ops'],
      ['proxy_ops_app'],
      ['postgres'],
    ]);
    await expect(query(Object.assign(new URL(superuserUrl), { password }).href, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    await stop();
  });

  test('says in a sentence that its passwords are those of another folder', async () => {
    const path = join(dataDir, 'postgres.superuser.password');
    const password = readFileSync(path);
    writeFileSync(path, 'another');
    await expect(openEmbedded({ dataDir, log })).rejects.toThrow('do not fit its database');
    writeFileSync(path, password);
  });

  test('listens on loopback alone, and asks for the password there', async () => {
    const server = await openEmbedded({ dataDir, log });
    expect(await query(server.url, 'show listen_addresses')).toEqual(['127.0.0.1']);
    const stranger = new URL(server.url);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  test('does not hand our environment to the server', async () => {
    const server = await openEmbedded({ dataDir, log });
    const environment = `/proc/${serverPid()}/environ`;
    if (existsSync(environment)) expect(readFileSync(environment, 'utf8')).not.toContain('PATH=');
    await server.stop();
  });

  test('takes over the server of a process that was killed, and stops it in the end', async () => {
    const killed = await openElsewhere();
    const pid = serverPid();
    await killed.kill();
    const server = await openEmbedded({ dataDir, log });
    expect([server.url, serverPid()]).toEqual([killed.url, pid]);
    await query(server.url, 'select 1');
    await server.stop();
    expect(existsSync(lockPath())).toBe(false);
  });

  test('recovers what was committed when the server itself was killed', async () => {
    const other = await openElsewhere();
    await query(other.url, 'create table recovered (n int)');
    await query(other.url, 'insert into recovered values (2)');
    process.kill(serverPid(), 'SIGKILL');
    await other.kill();
    const server = await openEmbedded({ dataDir, log });
    expect(await query(server.url, 'select n from recovered')).toEqual([2]);
    await server.stop();
  });

  test('shares a server with another process, and the last one stops it, whichever started it', async () => {
    const starter = await openElsewhere();
    const sharer = await openEmbedded({ dataDir, log });
    await starter.order('stop');
    await query(sharer.url, 'select 1');
    await sharer.stop();
    await expect(query(sharer.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('stops the server of a process that exits without stopping it', async () => {
    const other = await openElsewhere();
    await other.order('exit');
    const server = await openEmbedded({ dataDir, log });
    await query(server.url, 'select 1');
    await server.stop();
    expect(findEmbedded({ dataDir })).toBeUndefined();
  });

  test('clears a lock whose number belongs to another program by now', async () => {
    writeFileSync(lockPath(), `${process.pid}\n${join(dataDir, 'postgres')}\n1700000000\n5432\n\n127.0.0.1\n\nready\n`);
    const server = await openEmbedded({ dataDir, log });
    expect(serverPid()).not.toBe(process.pid);
    await server.stop();
  });

  test('makes one cluster where two processes start at once, beside the remains of a third', async () => {
    const fresh = join(parent, 'fresh');
    mkdirSync(join(fresh, 'postgres.new-999999999'), { recursive: true });
    const openers = await Promise.all([openElsewhere(fresh), openElsewhere(fresh)]);
    expect(openers[0].url).toBe(openers[1].url);
    expect(readdirSync(fresh).sort()).toEqual(FILES);
    for (const opener of openers) await opener.order('stop');
    expect(existsSync(join(fresh, 'postgres/postmaster.pid'))).toBe(false);
  });

  test('says in a sentence that the folder is a file', async () => {
    const file = join(parent, 'file');
    writeFileSync(file, '');
    await expect(openEmbedded({ dataDir: file, log })).rejects.toThrow(
      `The data folder ${file} cannot be used: it is not a folder.`,
    );
  });

  test('says in a sentence that the password of a database is gone', async () => {
    const copy = join(parent, 'copy');
    mkdirSync(join(copy, 'postgres'), { recursive: true });
    await expect(openEmbedded({ dataDir: copy, log })).rejects.toThrow(
      `${join(copy, 'postgres.password')} is missing. Without it the database next to it cannot be opened.`,
    );
  });

  test("passes on PostgreSQL's own reason when it does not start", async () => {
    const opened = openEmbedded({ dataDir, log, settings: { shared_buffers: 'much' } });
    await expect(opened).rejects.toThrow(/did not start: invalid value for parameter "shared_buffers": "much"$/);
  });
});

describe('findEmbedded', () => {
  test('finds a server that runs, and leaves it to the one that opened it', async () => {
    expect(findEmbedded({ dataDir })).toBeUndefined();
    const server = await openEmbedded({ dataDir, log });
    expect(findEmbedded({ dataDir })?.url).toBe(server.url);
    await server.stop();
    expect(findEmbedded({ dataDir })).toBeUndefined();
    expect(findEmbedded({ dataDir: join(parent, 'nothing') })).toBeUndefined();
  });
});
