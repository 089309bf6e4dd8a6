import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Phrases that read as translated; CONTRIBUTING.md says how we write instead. */
const PHRASES = [
  /(?<!there )\bis no (?!longer\b)/i,
  /\bwhoever\b/i,
  /\bnobody\b/i,
  /\banew\b/i,
  /\bby itself\b/i,
  /\bis told\b/i,
  /\bstands\b/i,
  /\bwritten down\b/i,
  /\bcrosswise\b/i,
];

/** More phrases, and words that the glossary replaces, in the code whose texts users read. */
const CODE_PHRASES = [
  ...PHRASES,
  /\bcomes? to life\b/i,
  /\btak(e|es|ing|en) (it|them|that|the \w+) away\b/i,
  /\btold apart\b/i,
  /\b(good|bad) checks?\b/i,
  /\bcool-downs?\b/i,
  /\bproblem documents?\b/i,
  /\bswitched (on|off)\b/i,
  /\b(message|suggestion) menus?\b/i,
];

const READ_BY_USERS = 'src/{views,commands,discord,http,kit,base}/**/*.ts';

function findPhrases(path: string, phrases: readonly RegExp[]): string[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  return lines.flatMap((line, index) =>
    phrases.filter((phrase) => phrase.test(line)).map((phrase) => `${path}:${index + 1} ${phrase.source}`),
  );
}

test.each(globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }))('%s is written in plain English', (page) => {
  expect(findPhrases(page, PHRASES)).toEqual([]);
});

test('texts and comments of the upper layers are written in plain English', () => {
  expect(globSync(READ_BY_USERS, { cwd: ROOT }).flatMap((path) => findPhrases(path, CODE_PHRASES))).toEqual([]);
});
