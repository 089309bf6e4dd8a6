import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../../docs/decisions');
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const decisions = globSync('[0-9]*.md', { cwd: FOLDER }).sort();

test('decisions are numbered without a gap', () => {
  const numbers = decisions.map((file) => Number(file.slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test.each(decisions)('%s has a title, a status with its date, and the four parts', (file) => {
  const text = read(file);
  expect(text).toMatch(
    new RegExp(
      `^# ${Number(file.slice(0, 4))}\\. .+\n\n\\*(Proposed|Accepted|Superseded), \\d{4}-\\d\\d-\\d\\d[^\n]*\\*\n`,
    ),
  );
  for (const part of ['Problem', 'Options', 'Decision', 'Consequences']) expect(text).toContain(`\n**${part}.**`);
});

test('the index has every decision, with its title, status and date', () => {
  const rows = decisions.map((file) => {
    const [, number, title, status = '', date] = /^# (\d+)\. (.+)\n\n\*(\w+), (\d{4}-\d\d-\d\d)/.exec(read(file)) ?? [];
    return `| [${number}](${file}) | ${title} | ${status.toLowerCase()} | ${date} |`;
  });
  const index = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  expect(index).toEqual(rows);
});
