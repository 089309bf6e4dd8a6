import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';
import { lintOfWalls, restrictionOf } from '../../../scripts/walls/lint-of-walls.ts';
import { readWalls } from '../../../scripts/walls/read-walls.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const walls = readWalls(read('docs/architecture.md'));

test('the lint rules are those of the page', () => {
  expect(JSON.parse(read('biome.walls.json')), 'npm run walls writes them').toEqual(lintOfWalls(walls));
  expect(JSON.parse(read('biome.json'))).toMatchObject({ extends: ['./biome.walls.json'] });
});

test('every folder of src has a row', () => {
  const folders = readdirSync(join(ROOT, 'src')).map((name) => `src/${name}`);
  expect(walls.folders.map(({ path }) => path).sort()).toEqual([...folders, 'sandbox'].sort());
});

test('lint refuses every import that the page does not allow', () => {
  const forbidden = new Map(walls.folders.map(({ path }) => [join(path, 'inner/example.ts'), forbiddenImports(path)]));
  const refused = lint(new Map([...forbidden].map(([file, imports]) => [file, imports.join('')])));
  for (const [file, imports] of forbidden) expect(refused.get(file), file).toBe(imports.length);
});

function forbiddenImports(path: string): string[] {
  const { folders, packages } = restrictionOf(walls, path);
  const from = join(path, 'inner');
  const targets = [...folders.map((each) => relative(from, `${each}/example.ts`)), ...packages];
  return targets.map((target) => `import '${target}';\n`);
}

/** Lints files of these texts, with the rules of the walls alone. @returns how many imports of each were refused */
function lint(files: ReadonlyMap<string, string>): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'walls-'));
  try {
    const config = { root: true, extends: ['./biome.walls.json'], linter: { rules: { preset: 'none' } } };
    const all = [...files, ['biome.json', JSON.stringify(config)], ['biome.walls.json', read('biome.walls.json')]];
    for (const [path = '', text = ''] of all) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = join(ROOT, 'node_modules/.bin/biome');
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', ...files.keys()];
    const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' });
    return refusedImports(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines on which each file breaks a rule, counted: two rules may refuse one import. */
function refusedImports(report: string): Map<string, number> {
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
  };
  const refused = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports');
  const byFile = Map.groupBy(refused, ({ location }) => location.path);
  return new Map(
    [...byFile].map(([path, all]) => [path, new Set(all.map(({ location }) => location.start.line)).size]),
  );
}

test('every import in src and sandbox is one that the page allows', () => {
  const broken = filesOf('{src,sandbox}/**/*.ts').flatMap((file) => {
    const { folders, packages } = restrictionOf(walls, file);
    return importsOf(file)
      .filter((target) => folders.some((path) => target.startsWith(`${path}/`)) || packages.includes(target))
      .map((target) => `${file} imports ${target}`);
  });
  expect(broken).toEqual([]);
});

/** The imports of a file, static, dynamic or as a worker: paths from the root of the repository, and names of packages. */
function importsOf(file: string): string[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*'([^']+)'/g;
  return [...read(file).matchAll(pattern)].map(([, target = '']) =>
    target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  );
}

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT });
}
