import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The variables of the configuration's schema. */
const variables = [...read('src/base/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name);

test('every variable of the configuration stands in the table of docs/operations.md', () => {
  expect(variables.length).toBeGreaterThan(20);
  const table = read('docs/operations.md');
  expect(variables.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

test('what the pages of docs point to is there', () => {
  const missing = [
    'README.md',
    'CONTRIBUTING.md',
    'docs/operations.md',
    'docs/api.md',
    'docs/commands.md',
    'docs/pictures.md',
  ].flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, link = '']) => new URL(link, new URL(`../../../${page}`, import.meta.url)))
      .filter((target) => {
        try {
          readFileSync(target);
          return false;
        } catch {
          return true;
        }
      })
      .map((target) => `${page}: ${target.pathname.split('/').slice(-2).join('/')}`),
  );
  expect(missing).toEqual([]);
});
