import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { createLogger } from '../../src/base/logger.ts';
import { connect, type Pool } from '../../src/db/client.ts';
import { copyInto } from '../../src/db/copy.ts';
import { parseProxyFile } from '../../src/domain/parse/proxy-file.ts';
import { copyStatement, STAGED_COLUMNS } from '../../src/domain/parse/staged-rows.ts';
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
    const run = await runImport(url, bytes);
    const { pool, close } = connect(url, { log: createLogger('warn') });
    const floor = await floors(pool);
    await close();
    return [
      parsing,
      figure(
        'staging with preview',
        run.stageMs,
        floor.copyMs + sealing,
        `COPY ${ms(floor.copyMs)} + sealing ${ms(sealing)}`,
      ),
      figure('commit', run.commitMs, floor.insertMs, `INSERT … SELECT ${ms(floor.insertMs)}`),
      bound('peak memory of the process', run.maxRssMib, MAX_RSS_MIB, 'MiB'),
      bound('longest pause of the event loop', run.longestPauseMs, MAX_BLOCKED_MS, 'ms'),
    ];
  });
}

function figure(what: string, ours: number, floor: number, floorText: string): Figure {
  const ratio = ours / floor;
  return { what, ours: ms(ours), floor: floorText, ratio, limit: `${MAX_RATIO} times`, isMet: ratio <= MAX_RATIO };
}

function bound(what: string, value: number, limit: number, unit: string): Figure {
  return { what, ours: `${Math.round(value)} ${unit}`, floor: '', limit: `${limit} ${unit}`, isMet: value < limit };
}

async function benchParsing(bytes: Buffer): Promise<Figure> {
  const options = { fileName: 'a.txt', defaults: {}, isPrivateAllowed: false, maxRows: 200_000 };
  const ours = await median(5, () => parseProxyFile(bytes, options));
  const papa = await median(5, () => Papa.parse(bytes.toString('utf8'), { delimiter: ':' }));
  return figure('parsing', ours, papa, `Papa Parse ${ms(papa)}`);
}

/** What encryption and fingerprints cost by themselves. */
function sealAll(lines: readonly string[]): void {
  const [key, fingerprintKey] = [{ id: 1, key: randomBytes(32) }, randomBytes(32)];
  for (const line of lines) {
    const password = line.slice(line.lastIndexOf(':') + 1);
    seal(key, password, randomUUID(), 'password');
    fingerprint(fingerprintKey, password);
  }
}

/** Stages and commits in a process of its own, whose memory and pauses are then those of the import alone. */
async function runImport(url: string, bytes: Buffer): Promise<ImportRun> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-bench-'));
  const path = join(folder, 'list.txt');
  writeFileSync(path, bytes);
  try {
    const child = fork(join(import.meta.dirname, 'import-run.ts'), [url, path]);
    const [result] = await once(child, 'message');
    return result as ImportRun;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same rows by COPY and by INSERT … SELECT into tables with the same columns, constraints and indexes. */
async function floors(pool: Pool): Promise<{ copyMs: number; insertMs: number }> {
  // A value of this list holds nothing that COPY wants escaped but the backslash of bytea.
  const cells = STAGED_COLUMNS.import_rows.map((column) => `coalesce(replace(${column}::text, '\\', '\\\\'), '\\N')`);
  const rows = await pool.query<{ line: string }>(
    `select concat_ws(E'\\t', ${cells.join(', ')}) as line from import_rows order by line`,
  );
  const text = Buffer.from(`${rows.rows.map((row) => row.line).join('\n')}\n`);
  const times = { copyMs: [] as number[], insertMs: [] as number[] };
  for (let run = 0; run < 3; run++) {
    await pool.query('drop table if exists staged_floor, proxies_floor');
    await pool.query('create table staged_floor (like import_rows including all)');
    await pool.query('create table proxies_floor (like proxies including all)');
    let started = performance.now();
    await copyInto(pool, copyStatement('import_rows').replace('import_rows', 'staged_floor'), chunksOf(text));
    times.copyMs.push(performance.now() - started);
    started = performance.now();
    await pool.query(`insert into proxies_floor (host, port, type, username, credential_id, password_fingerprint, password_sealed, import_plan_id)
      select host, port, type, username, credential_id, password_fingerprint, password_sealed, plan_id from staged_floor order by line`);
    times.insertMs.push(performance.now() - started);
  }
  const middle = (list: number[]) => list.sort((a, b) => a - b)[1] ?? 0;
  return { copyMs: middle(times.copyMs), insertMs: middle(times.insertMs) };
}

const CHUNK_BYTES = 64 * 1024;

async function* chunksOf(text: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += CHUNK_BYTES) yield text.subarray(at, at + CHUNK_BYTES);
}
