import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { createLogger } from '../../src/base/logger.ts';
import { connect, type Pool, withClient } from '../../src/db/client.ts';
import { copyOut } from '../../src/db/copy.ts';
import { withCopy } from '../../src/db/transaction.ts';
import { parseProxyFile } from '../../src/domain/parse/proxy-file.ts';
import { STAGED_COLUMNS } from '../../src/domain/parse/staged-rows.ts';
import { fingerprint } from '../../src/secrets/fingerprint.ts';
import { seal } from '../../src/secrets/seal.ts';
import { withDatabase } from '../kit/database.ts';
import { type Figure, median, ms } from '../kit/figures.ts';
import type { ImportRun } from './import-run.ts';

const LINES = 100_000;
const MAX_RSS_MIB = 400;
const MAX_BLOCKED_MS = 50;
const MAX_RATIO = 3;

/** 100,000 lines with credentials: parsing beside Papa Parse, staging beside COPY, the commit beside INSERT … SELECT. */
export async function importBench(): Promise<Figure[]> {
  const lines = Array.from({ length: LINES }, (_, n) => {
    const host = `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    return `${host}:${10_000 + (n % 50_000)}:customer-ann-cc-US-sessid-${n}:s3cret-${n}`;
  });
  const bytes = Buffer.from(lines.join('\n'));
  const parsing = await benchParsing(bytes);
  const sealing = await median(3, () => sealAll(lines));
  return withDatabase(async (url) => {
    const run = await runImport(url, { name: 'list.txt', bytes, until: 'commit' });
    const { pool, close } = connect(url, { log: createLogger('warn') });
    const floor = await floors(pool);
    await close();
    return [
      parsing,
      figure({
        what: 'staging with preview',
        ours: run.stageMs,
        floor: floor.copyMs + sealing,
        floorText: `COPY ${ms(floor.copyMs)} + sealing ${ms(sealing)}`,
      }),
      figure({
        what: 'commit',
        ours: run.commitMs,
        floor: floor.insertMs,
        floorText: `INSERT … SELECT ${ms(floor.insertMs)}`,
      }),
      bound('peak memory of the process', run.maxRssMib, MAX_RSS_MIB, 'MiB'),
      bound('longest pause of the event loop', run.longestPauseMs, MAX_BLOCKED_MS, 'ms'),
    ];
  });
}

interface Compared {
  what: string;
  ours: number;
  floor: number;
  floorText: string;
  maxRatio?: number;
}

function figure({ what, ours, floor, floorText, maxRatio = MAX_RATIO }: Compared): Figure {
  const ratio = ours / floor;
  return { what, ours: ms(ours), floor: floorText, ratio, limit: `${maxRatio} times`, isMet: ratio <= maxRatio };
}

function bound(what: string, value: number, limit: number, unit: string): Figure {
  return { what, ours: `${Math.round(value)} ${unit}`, floor: '', limit: `${limit} ${unit}`, isMet: value < limit };
}

async function benchParsing(bytes: Buffer): Promise<Figure> {
  const options = { fileName: 'a.txt', defaults: {}, isPrivateAllowed: false, maxRows: 200_000 };
  const ours = await median(5, () => parseProxyFile(bytes, options));
  const papa = await median(5, () => Papa.parse(bytes.toString('utf8'), { delimiter: ':' }));
  return figure({ what: 'parsing', ours, floor: papa, floorText: `Papa Parse ${ms(papa)}` });
}

/** The cost of encryption and fingerprints alone. */
function sealAll(lines: readonly string[]): void {
  const [key, fingerprintKey] = [{ id: 1, key: randomBytes(32) }, randomBytes(32)];
  for (const line of lines) {
    const password = line.slice(line.lastIndexOf(':') + 1);
    seal(key, password, randomUUID(), 'password');
    fingerprint(fingerprintKey, password);
  }
}

interface ListFile {
  name: string;
  bytes: Buffer;
  until: 'preview' | 'commit';
}

/** Stages, and commits if asked to, in a process of its own, whose memory and pauses are then those of the import alone. */
async function runImport(url: string, { name, bytes, until }: ListFile): Promise<ImportRun> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-bench-'));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  try {
    const child = fork(join(import.meta.dirname, 'import-run.ts'), [url, path, until]);
    const [result] = (await once(child, 'message')) as [ImportRun];
    if (result.invalid > 0) throw new Error(`${result.invalid} lines of the list were rejected`);
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same rows by COPY and by INSERT … SELECT into tables with the same columns, constraints and indexes. */
async function floors(pool: Pool): Promise<{ copyMs: number; insertMs: number }> {
  const rows = await stagedRows(pool);
  const times = { copyMs: [] as number[], insertMs: [] as number[] };
  for (let run = 0; run < 3; run++) {
    times.copyMs.push(await copyFloor(pool, rows));
    await pool.query('drop table if exists proxies_floor');
    await pool.query('create table proxies_floor (like proxies including all)');
    const started = performance.now();
    await pool.query(`insert into proxies_floor (host, port, type, username, credential_id, password_fingerprint, password_sealed, import_plan_id)
      select host, port, type, username, credential_id, password_fingerprint, password_sealed, plan_id from staged_floor order by line`);
    times.insertMs.push(performance.now() - started);
  }
  return { copyMs: middle(times.copyMs), insertMs: middle(times.insertMs) };
}

const middle = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

const COLUMNS = STAGED_COLUMNS.import_rows.join(', ');

/** The staged rows in the format of a plain COPY, which is text. */
function stagedRows(pool: Pool): Promise<Buffer> {
  const statement = `copy (select ${COLUMNS} from import_rows order by line) to stdout`;
  return withClient(pool, async (client) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of copyOut(client, statement)) pieces.push(piece);
    return Buffer.concat(pieces);
  });
}

/** The time of a COPY into a new table like the one that files are staged in. */
async function copyFloor(pool: Pool, rows: Buffer): Promise<number> {
  await pool.query('drop table if exists staged_floor');
  await pool.query('create table staged_floor (like import_rows including all)');
  const started = performance.now();
  await withCopy(pool, (_tx, copy) => copy(`copy staged_floor (${COLUMNS}) from stdin`, inPieces(rows)));
  return performance.now() - started;
}

const PIECE_BYTES = 64 * 1024;

async function* inPieces(text: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += PIECE_BYTES) yield text.subarray(at, at + PIECE_BYTES);
}

const LARGE_LINES = 200_000;
/** Makes the file 88 MiB. */
const NOTE_CHARS = 408;
const MAX_LARGE_RATIO = 2;
const MAX_LARGE_RSS_MIB = 700;

/** The largest list that is accepted, 200,000 rows with long notes in 88 MiB: its preview beside the plain COPY of its rows. */
export async function largeImportBench(): Promise<Figure[]> {
  const note = 'Rack 7; second row. '.repeat(NOTE_CHARS).slice(0, NOTE_CHARS);
  const lines = Array.from(
    { length: LARGE_LINES },
    (_, n) => `${largeAddress(n)},customer-ann-${n},s3cret-${n},${note}`,
  );
  const bytes = Buffer.from(`host,port,username,password,notes\n${lines.join('\n')}\n`);
  return withDatabase(async (url) => {
    const run = await runImport(url, { name: 'list.csv', bytes, until: 'preview' });
    const { pool, close } = connect(url, { log: createLogger('warn') });
    const rows = await stagedRows(pool);
    const copyMs = middle([await copyFloor(pool, rows), await copyFloor(pool, rows), await copyFloor(pool, rows)]);
    await close();
    const what = `preview of ${LARGE_LINES} rows, ${Math.round(bytes.length / 2 ** 20)} MiB`;
    return [
      figure({ what, ours: run.stageMs, floor: copyMs, floorText: `COPY ${ms(copyMs)}`, maxRatio: MAX_LARGE_RATIO }),
      bound('peak memory of the process', run.maxRssMib, MAX_LARGE_RSS_MIB, 'MiB'),
      bound('longest pause of the event loop', run.longestPauseMs, MAX_BLOCKED_MS, 'ms'),
    ];
  });
}

const largeAddress = (n: number) => `203.${n >> 16}.${(n >> 8) & 255}.${n & 255},${10_000 + (n % 50_000)}`;
