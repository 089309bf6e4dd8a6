import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PLANTED_BUGS, type PlantedBug } from './bugs.ts';

/**
 * Plants each bug into a copy of the product and runs the simulator there, with one seed after another until one finds it.
 * `npm run simulate:planted -- NUMBER` plants only that one.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const COPIED = ['src', 'simulator', 'drizzle', 'bin', 'package.json', 'tsconfig.json'];
const SEEDS = [1, 2, 3, 4];
/** A small pool in which much happens, so that people and faults meet often. */
const RUN = ['--days', '4', '--proxies', '50', '--accounts', '140', '--operations', '240'];

/** @returns what was found; undefined if no seed has found anything */
function findPlanted(copy: string, { changes }: PlantedBug): { seed: number; problem: string } | undefined {
  const originals = new Map(changes.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  for (const { file, from, to } of changes) {
    const text = readFileSync(join(copy, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has changed: "${from}" is not in it`);
    writeFileSync(
      join(copy, file),
      text.replace(from, () => to),
    );
  }
  try {
    for (const seed of SEEDS) {
      const problem = violationOf(copy, seed);
      if (problem !== undefined) return { seed, problem };
    }
    return undefined;
  } finally {
    for (const [file, text] of originals) writeFileSync(join(copy, file), text);
  }
}

function violationOf(copy: string, seed: number): string | undefined {
  const args = ['bin/start.mjs', 'simulator/main.ts', '--seed', String(seed), ...RUN];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return undefined;
  return /^Violation: (.*)$/m.exec(stdout)?.[1] ?? stderr.slice(-500);
}

const copy = mkdtempSync(join(tmpdir(), 'proxy-ops-planted-'));
let missed = 0;
try {
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const only = process.argv[2];
  for (const [at, bug] of PLANTED_BUGS.entries()) {
    if (only !== undefined && Number(only) !== at + 1) continue;
    const found = findPlanted(copy, bug);
    if (!found) missed++;
    console.log(`${at + 1}. ${bug.name}: ${found ? `found by seed ${found.seed}: ${found.problem}` : 'NOT FOUND'}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = missed === 0 ? 0 : 1;
