import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('docs/rules.md has every rule that code and comments cite', () => {
  const defined = new Set([...read('docs/rules.md').matchAll(/^\| (R\d+) /gm)].map(([, name]) => name));
  const files = globSync(['{src,sandbox,test}/**/*.ts', 'drizzle/*.sql', 'docs/**/*.md', '*.md'], { cwd: ROOT });
  const cited = new Set(files.flatMap((file) => read(file).match(/\bR\d{1,2}\b/g) ?? []));
  expect([...cited].filter((name) => !defined.has(name))).toEqual([]);
  expect(defined.size).toBeGreaterThanOrEqual(13);
});
