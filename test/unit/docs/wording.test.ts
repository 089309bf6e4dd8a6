import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Phrases that read as translated; CONTRIBUTING.md says how we write instead. */
const PHRASES = [
  /\bis no /i,
  /\bwhoever\b/i,
  /\bnobody\b/i,
  /\banew\b/i,
  /\bby itself\b/i,
  /\bis told\b/i,
  /\bstands\b/i,
  /\bwritten down\b/i,
  /\bcrosswise\b/i,
];

test.each(globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }))('%s is written in plain English', (page) => {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  const found = lines.flatMap((line, index) =>
    PHRASES.filter((phrase) => phrase.test(line)).map((phrase) => `${page}:${index + 1} ${phrase.source}`),
  );
  expect(found).toEqual([]);
});
