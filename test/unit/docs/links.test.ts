import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT });

test.each(PAGES)('every link of %s leads to a file and a heading', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || headingsOf(target).has(heading);
}

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(page: string): Set<string> {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test.each(PAGES)('every path that %s names is there', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const paths = [...text.matchAll(/`((?:src|sandbox|test|bench|scripts|docs|drizzle|deploy)\/[\w./@-]+)`/g)].map(
    ([, path = '']) => path,
  );
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

const SCRIPTS = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);
const BENCHES = [...readFileSync(join(ROOT, 'bench/main.ts'), 'utf8').matchAll(/^ {2}'?([\w-]+)'?: /gm)].map(
  ([, name]) => name,
);

test.each(PAGES)('every npm script and benchmark that %s names exists', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const scripts = [...text.matchAll(/`npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  const benches = [...text.matchAll(/`npm run bench ([a-z][\w-]*)/g)].map(([, name]) => name);
  expect(scripts.filter((name) => !SCRIPTS.includes(name))).toEqual([]);
  expect(benches.filter((name) => !BENCHES.includes(name))).toEqual([]);
});

const CODE = globSync('{src,sandbox,test,bench,scripts}/**/*.ts', { cwd: ROOT }).map((path) =>
  readFileSync(join(ROOT, path), 'utf8'),
);
const WORDS = new Set(CODE.flatMap((text) => text.match(/\w+/g) ?? []));
/** A name of code has capitals inside. Decisions also name parts of packages that are not used. */
const CODE_NAME = /`#?([a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z]\w+)`/g;

test.each(PAGES.filter((page) => !page.includes('decisions') && page !== 'CHANGELOG.md'))(
  'every name of the code that %s has is in the code',
  (page) => {
    const names = [...readFileSync(join(ROOT, page), 'utf8').matchAll(CODE_NAME)].map(([, name = '']) => name);
    expect(names.filter((name) => !WORDS.has(name))).toEqual([]);
  },
);

test.each(PAGES.filter((page) => page !== 'CHANGELOG.md'))(
  '%s has each section once, and nothing of a merge',
  (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
    expect(sections).toEqual([...new Set(sections)]);
    expect(text).not.toMatch(/^(?:<{7}|={7}|>{7})/m);
  },
);
