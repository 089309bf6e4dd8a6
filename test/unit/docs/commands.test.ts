import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registry } from '../../../src/commands/index.ts';

const COMMANDS = registry.handlers.flatMap((each) => (each.kind === 'command' ? [each.name] : []));

test.each(['README.md', 'docs/commands.md'])('%s names every command', (page) => {
  const text = readFileSync(join(import.meta.dirname, '../../..', page), 'utf8');
  expect(COMMANDS.filter((name) => !text.includes(`\`/${name}\``))).toEqual([]);
});
