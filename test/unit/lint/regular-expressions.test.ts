import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { analyse } from 'scslre';
import { afterEach, expect, test, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** The sources that read what people and files wrote. */
const READERS = ['src/domain/{parse,accounts,vps}/**/*.ts', 'src/domain/names.ts', 'src/kit/**/*.ts'];

interface Found {
  literals: { source: string; flags: string }[];
  /** Whether it makes regular expressions of strings too. */
  constructs: boolean;
}

function findIn(code: string): Found {
  const found: Found = { literals: [], constructs: false };
  const visitor = new Visitor({
    Literal(node) {
      if ('regex' in node && node.regex) found.literals.push({ source: node.regex.pattern, flags: node.regex.flags });
    },
    NewExpression({ callee }) {
      found.constructs ||= callee.type === 'Identifier' && callee.name === 'RegExp';
    },
  });
  visitor.visit(parseSync('file.ts', code).program);
  return found;
}

/** The regular expressions that a module makes of strings when it is loaded. */
async function constructedBy(path: string): Promise<RegExp[]> {
  const made: RegExp[] = [];
  class Recorded extends RegExp {
    constructor(pattern: string | RegExp, flags?: string) {
      super(pattern, flags);
      made.push(this);
    }
  }
  vi.resetModules();
  vi.stubGlobal('RegExp', Recorded);
  await import(join(ROOT, path));
  vi.unstubAllGlobals();
  return made;
}

/** Repeats that can share characters: they make the time of a regular expression grow faster than its input. */
function slownessOf({ source, flags }: { source: string; flags: string }): string[] {
  const { reports } = analyse({ source, flags });
  return reports.map(({ type, character }) => `/${source}/${flags}: ${type} with ${JSON.stringify(character.pick)}`);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each(['(a+)+b', '\\s*\\s*$', '^(?:\\s*x?\\s*)*$', '^.*.*!', 'a+$'])('/%s/ counts as slow', (source) => {
  expect(slownessOf({ source, flags: '' })).not.toEqual([]);
});

test('no regular expression that reads input takes more than linear time', async () => {
  const slow: string[] = [];
  let count = 0;
  for (const path of globSync(READERS, { cwd: ROOT })) {
    const { literals, constructs } = findIn(readFileSync(join(ROOT, path), 'utf8'));
    const all = constructs ? [...literals, ...(await constructedBy(path))] : literals;
    count += all.length;
    slow.push(...all.flatMap(slownessOf).map((each) => `${path} ${each}`));
  }
  expect(slow).toEqual([]);
  expect(count).toBeGreaterThan(100);
});
