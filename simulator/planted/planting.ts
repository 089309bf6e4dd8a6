import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A bug that is planted into a copy of the product: texts of files that are replaced by other ones. */
export interface PlantedBug {
  name: string;
  changes: readonly { file: string; from: string; to: string }[];
}

export const one = (name: string, file: string, from: string, to: string): PlantedBug => ({
  name,
  changes: [{ file, from, to }],
});

const ROOT = resolve(import.meta.dirname, '../..');
const COPIED = [
  'bench',
  'bin',
  'drizzle',
  'scripts',
  'simulator',
  'src',
  'test/helpers',
  'package.json',
  'tsconfig.json',
];
const MOST_OUTPUT = 2 ** 26;

/** How a program tells what it has found. */
interface Search {
  bugs: readonly PlantedBug[];
  /** A program and its options. */
  command: readonly string[];
  seeds: readonly number[];
  /** What the program says that it has found. */
  told: RegExp;
}

/** Plants each bug and runs a program there, with one seed after another until one finds it. Arguments choose bugs by their numbers. */
export function findPlanted(search: Search): void {
  const only = process.argv.slice(2).map(Number);
  const copy = mkdtempSync(join(tmpdir(), 'proxy-ops-planted-'));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const [at, bug] of search.bugs.entries()) {
      if (only.length === 0 || only.includes(at + 1)) report(at + 1, bug, () => withBug(copy, bug, search));
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

interface Found {
  seed: number;
  problem: string;
  seconds: number;
}

function report(number: number, { name }: PlantedBug, find: () => Found | undefined): void {
  const found = find();
  if (!found) process.exitCode = 1;
  const verdict = found
    ? `found by seed ${found.seed} in ${found.seconds.toFixed(0)} s: ${found.problem}`
    : 'NOT FOUND';
  console.log(`${number}. ${name}: ${verdict}`);
}

/** @returns what the first seed that finds anything has found */
function withBug(copy: string, { changes }: PlantedBug, search: Search): Found | undefined {
  const originals = new Map(changes.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  for (const change of changes) plant(copy, change);
  try {
    for (const seed of search.seeds) {
      const started = performance.now();
      const problem = problemOf(copy, seed, search);
      if (problem !== undefined) return { seed, problem, seconds: (performance.now() - started) / 1000 };
    }
    return undefined;
  } finally {
    for (const [file, text] of originals) writeFileSync(join(copy, file), text);
  }
}

function plant(copy: string, { file, from, to }: PlantedBug['changes'][number]): void {
  const text = readFileSync(join(copy, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has changed: "${from}" is not in it`);
  const planted = text.replace(from, () => to);
  writeFileSync(join(copy, file), planted);
}

function problemOf(copy: string, seed: number, { command, told }: Search): string | undefined {
  const args = ['bin/start.mjs', ...command, '--seed', String(seed)];
  const options = { cwd: copy, encoding: 'utf8', maxBuffer: MOST_OUTPUT } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  if (status === 0) return undefined;
  const said = stdout + stderr;
  return told.exec(said)?.[1] ?? said.slice(-500);
}
