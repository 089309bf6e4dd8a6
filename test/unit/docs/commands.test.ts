import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsPage } from '../../../scripts/commands/write-commands.ts';
import { registry } from '../../../src/commands/index.ts';
import { listCommands } from '../../../src/discord/command-list.ts';
import { linkCommands } from '../../../src/kit/help/command-info.ts';
import { findViewProblems } from '../../../src/kit/limits/view-problems.ts';
import type { View } from '../../../src/kit/view.ts';
import { commandCard, HELP_TOPICS, helpCard } from '../../../src/views/help.ts';

const ids = new Map(
  Array.from(['proxy', 'account', 'vps', 'alerts', 'audit', 'help'], (name) => [name, '9'.repeat(20)]),
);
const commands = listCommands(registry, ids);
const shown = ({ components }: View) => JSON.stringify(components);

test('docs/commands.md is written from the registry, with every command and option', () => {
  const page = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
  expect(page, 'npm run docs:commands writes it').toBe(commandsPage());
  for (const { name, options } of commands) {
    expect(page).toContain(name);
    for (const option of options) expect([name, page]).toEqual([name, expect.stringContaining(`\`${option.name}\``)]);
  }
});

test('help names every command and option, and fits into a message', () => {
  const topics = HELP_TOPICS.map((topic) => helpCard(topic, commands, 'operator'));
  for (const view of [...topics, ...commands.map(commandCard)]) expect(findViewProblems(view)).toEqual([]);
  const lists = topics.map(shown).join('\n');
  for (const command of commands) {
    expect(lists).toContain(command.isOnMessage ? `Apps → ${command.name}` : `</${command.name}:${'9'.repeat(20)}>`);
    for (const { name, description } of command.options) {
      expect(shown(commandCard(command))).toContain(`\`${name}\` ${JSON.stringify(description).slice(1, -1)}`);
      expect(lists).toContain(name.replaceAll('_', '\\\\_'));
    }
  }
});

test('a command in a text opens at a click, and what follows it stays code', () => {
  const link = (text: string) => linkCommands(text, commands);
  expect(link('`/proxy list` and `/audit`')).toBe(`</proxy list:${'9'.repeat(20)}> and </audit:${'9'.repeat(20)}>`);
  expect(link('`/alerts settings failover:`')).toBe(`</alerts settings:${'9'.repeat(20)}> \`failover:\``);
  expect(link('`/nothing` `.csv`')).toBe('`/nothing` `.csv`');
  expect(linkCommands('`/proxy list`', listCommands(registry))).toBe('`/proxy list`');
});

test('no text of help names a command that does not exist', () => {
  const texts = HELP_TOPICS.map((topic) => shown(helpCard(topic, commands, 'operator'))).join('\n');
  expect(texts.match(/`\/[^`]*`/g) ?? []).toEqual([]);
});
