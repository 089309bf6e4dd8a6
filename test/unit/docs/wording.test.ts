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
  /\bstands\b(?! for\b)/i,
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

/** Phrases of comments: a condition is *if* or *when*, and a doc comment names the thing. */
const COMMENT_PHRASES = [
  ...PHRASES,
  /^\s*(\/\*\*|\/\/|\*) (What|Whoever|Nobody)\b/,
  /\b(undefined|null|empty|none|UserError|Error|true|false) where\b/,
  /\bwhere (it|there|that|this|nothing|none|one|all|many|they) (is|are|has|have|was|were|does|do|can)\b/i,
  /\bmeanwhile\b/i,
  /\bsomebody\b/i,
  /\b(is|are|was|were) told\b/i,
  /\bin the clear\b/i,
  /\bcool-downs?\b/i,
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

const NAME_OF_TEST = /^\s*(test|it|describe)(\.\w+)*\(/;

test('names of tests are in plain English', () => {
  const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter(
    (path) => !path.startsWith('test/unit/domain/parse/'),
  );
  const found = files.flatMap((path) => {
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
    const names = lines.filter((line) => NAME_OF_TEST.test(line));
    return names.filter((line) => PHRASES.some((phrase) => phrase.test(line))).map((line) => `${path}: ${line.trim()}`);
  });
  expect(found).toEqual([]);
});

const COMMENT = /^\s*(\/\*\*|\/\/|\*) /;

test('comments are written in plain English', () => {
  const files = globSync('{src,sandbox,bench,scripts,test}/**/*.ts', { cwd: ROOT });
  const found = files.flatMap((path) => {
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      COMMENT.test(line)
        ? COMMENT_PHRASES.filter((phrase) => phrase.test(line)).map((phrase) => `${path}:${index + 1} ${phrase.source}`)
        : [],
    );
  });
  expect(found).toEqual([]);
});
